/* UDP sockets that are read and written many packets at a time. System calls only: nothing of JavaScript. */
#ifndef YUYIN_UDP_SOCKETS_H
#define YUYIN_UDP_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Packets of one batch, and the longest: ten times what a telephone sends. As in src/media/udp/native-addon.ts. */
enum { BATCH = 64, LONGEST = 2048 };
/* Packets lie one behind the other, so that a batch stays in the nearest cache. */
enum { BATCH_OCTETS = BATCH * LONGEST };
/* 32-bit words that tell of a packet that arrived: socket, offset, length, port, family (4 or 6), address (four words). */
enum { ARRIVAL_WORDS = 9 };
/* 32-bit words that tell of a packet to send: socket, offset, length. */
enum { DEPARTURE_WORDS = 3 };

struct address {
  socklen_t length; /* 0: none */
  struct sockaddr_storage storage;
};

/* What every packet asks for comes first. */
struct udp_socket {
  bool is_open;
  int talker;    /* a second socket of the same port, connected to the destination; 0: none */
  uint32_t sent; /* packets to the destination, as far as that matters */
  struct address destination;
};

/* A socket is its file descriptor. */
struct udp_sockets {
  int epoll; /* readable when one of them is */
  size_t open;
  struct udp_socket *all; /* by file descriptor */
  size_t count;
};

/* Returns false, with errno set, when the system has no more to give. */
bool udp_init(struct udp_sockets *sockets);
/* Closes all of them. */
void udp_free(struct udp_sockets *sockets);

/* Reads an address, with its zone where it has one. Returns false for a name, or anything else. */
bool udp_read_address(const char *host, uint16_t port, struct address *result);

/* Returns the socket, or -1 with errno set. */
int udp_bind(struct udp_sockets *sockets, const struct address *local);
/* Returns the port, or -1 with errno set. */
int udp_port(int socket);
bool udp_is_open(const struct udp_sockets *sockets, uint32_t socket);
/*
 * Where its packets go from now on. After the first few the system is told as well, by a connected socket beside this one: it
 * then finds the way, and the receiver of what comes from there, once and not for every packet. Whatever comes from elsewhere
 * is heard as before.
 */
void udp_aim(struct udp_sockets *sockets, uint32_t socket, const struct address *destination);
void udp_close(struct udp_sockets *sockets, uint32_t socket);

/*
 * Takes at most one packet of each socket that has one, up to BATCH. Returns how many it took; `is_full` says whether
 * others may wait.
 */
uint32_t udp_receive(const struct udp_sockets *sockets, uint32_t *arrivals, uint8_t *incoming, bool *is_full);
/* Sends `count` packets. Returns how many were lost: the system did not take them, or they have no destination. */
uint32_t udp_send(const struct udp_sockets *sockets, const uint32_t *departures, const uint8_t *outgoing, uint32_t count);

#endif
