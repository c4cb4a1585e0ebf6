#define _GNU_SOURCE
#include "udp-sockets.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* After so many packets to one destination more will follow: a socket of its own pays. */
enum { TALKER_AFTER = 25 };
/* The upper half of an epoll event is the socket that is told of, the lower the one that is readable. */
#define EVENT_OF(owner, readable) (((uint64_t)(owner) << 32) | (uint32_t)(readable))

bool udp_init(struct udp_sockets *sockets) {
  *sockets = (struct udp_sockets){.epoll = epoll_create1(EPOLL_CLOEXEC)};
  return sockets->epoll >= 0;
}

void udp_free(struct udp_sockets *sockets) {
  for (size_t socket = 0; socket < sockets->count; socket++)
    if (sockets->all[socket].is_open) udp_close(sockets, socket);
  close(sockets->epoll);
  free(sockets->all);
}

bool udp_read_address(const char *host, uint16_t port, struct address *result) {
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  if (getaddrinfo(host, service, &hints, &found) != 0) return false;
  result->length = found->ai_addrlen;
  memcpy(&result->storage, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return true;
}

/* Makes room for a socket of that number. Returns false, with errno set, when there is none. */
static bool has_room(struct udp_sockets *sockets, int socket) {
  const size_t wanted = (size_t)socket + 1;
  if (wanted <= sockets->count) return true;
  size_t count = sockets->count == 0 ? 1024 : sockets->count;
  while (count < wanted) count *= 2;
  struct udp_socket *grown = realloc(sockets->all, count * sizeof *grown);
  if (grown == NULL) return false;
  memset(grown + sockets->count, 0, (count - sockets->count) * sizeof *grown);
  sockets->all = grown;
  sockets->count = count;
  return true;
}

int udp_bind(struct udp_sockets *sockets, const struct address *local) {
  const int number = socket(local->storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (number < 0) return -1;
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = EVENT_OF(number, number)};
  if (!has_room(sockets, number) || bind(number, (const struct sockaddr *)&local->storage, local->length) != 0 ||
      epoll_ctl(sockets->epoll, EPOLL_CTL_ADD, number, &event) != 0) {
    const int error = errno;
    close(number);
    errno = error;
    return -1;
  }
  sockets->all[number] = (struct udp_socket){.is_open = true};
  sockets->open++;
  return number;
}

static uint16_t port_of(const struct sockaddr_storage *address) {
  if (address->ss_family == AF_INET6) return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
  return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

int udp_port(int socket) {
  struct sockaddr_storage local;
  socklen_t length = sizeof local;
  return getsockname(socket, (struct sockaddr *)&local, &length) == 0 ? port_of(&local) : -1;
}

bool udp_is_open(const struct udp_sockets *sockets, uint32_t socket) {
  return socket < sockets->count && sockets->all[socket].is_open;
}

/* Named, since it would stay for as long as a process in the middle of being started has a copy. */
static void leave_and_close(const struct udp_sockets *sockets, int socket) {
  epoll_ctl(sockets->epoll, EPOLL_CTL_DEL, socket, NULL);
  close(socket);
}

static void close_talker(const struct udp_sockets *sockets, struct udp_socket *owner) {
  if (owner->talker > 0) leave_and_close(sockets, owner->talker);
  owner->talker = 0;
}

/* A port is shared for the moment of the bind only: afterwards it is refused to everybody again. */
static bool bind_beside(int owner, int talker) {
  const int on = 1, off = 0;
  struct sockaddr_storage local;
  socklen_t length = sizeof local;
  const bool is_bound = getsockname(owner, (struct sockaddr *)&local, &length) == 0 &&
                        setsockopt(owner, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
                        setsockopt(talker, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
                        bind(talker, (const struct sockaddr *)&local, length) == 0;
  setsockopt(owner, SOL_SOCKET, SO_REUSEPORT, &off, sizeof off);
  setsockopt(talker, SOL_SOCKET, SO_REUSEPORT, &off, sizeof off);
  return is_bound;
}

/* Where it fails (no more descriptors, a destination of the other family) the socket goes on alone. */
static void open_talker(const struct udp_sockets *sockets, int number) {
  struct udp_socket *owner = &sockets->all[number];
  const struct address *to = &owner->destination;
  const int talker = socket(to->storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (talker < 0) return;
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = EVENT_OF(number, talker)};
  if (bind_beside(number, talker) && connect(talker, (const struct sockaddr *)&to->storage, to->length) == 0 &&
      epoll_ctl(sockets->epoll, EPOLL_CTL_ADD, talker, &event) == 0)
    owner->talker = talker;
  else close(talker);
}

void udp_aim(struct udp_sockets *sockets, uint32_t socket, const struct address *destination) {
  struct udp_socket *owner = &sockets->all[socket];
  close_talker(sockets, owner);
  owner->destination = *destination;
  owner->sent = 0;
}

void udp_close(struct udp_sockets *sockets, uint32_t socket) {
  struct udp_socket *owner = &sockets->all[socket];
  close_talker(sockets, owner);
  owner->is_open = false;
  sockets->open--;
  leave_and_close(sockets, socket);
}

static void describe(uint32_t *arrival, int socket, size_t offset, size_t length, const struct sockaddr_storage *from) {
  uint8_t octets[16] = {0};
  const bool is_ipv6 = from->ss_family == AF_INET6;
  if (is_ipv6) memcpy(octets, &((const struct sockaddr_in6 *)from)->sin6_addr, sizeof octets);
  else memcpy(octets, &((const struct sockaddr_in *)from)->sin_addr, sizeof(struct in_addr));
  arrival[0] = socket;
  arrival[1] = offset;
  arrival[2] = length;
  arrival[3] = port_of(from);
  arrival[4] = is_ipv6 ? 6 : 4;
  for (int word = 0; word < 4; word++) {
    uint32_t part;
    memcpy(&part, octets + word * sizeof part, sizeof part);
    arrival[5 + word] = ntohl(part);
  }
}

uint32_t udp_receive(const struct udp_sockets *sockets, uint32_t *arrivals, uint8_t *incoming, bool *is_full) {
  struct epoll_event ready[BATCH];
  const int count = epoll_wait(sockets->epoll, ready, BATCH, 0);
  *is_full = count == BATCH;
  uint32_t received = 0;
  size_t offset = 0;
  for (int i = 0; i < count; i++) {
    const int owner = ready[i].data.u64 >> 32, socket = ready[i].data.u64 & 0xffffffff;
    struct sockaddr_storage from;
    socklen_t from_length = sizeof from;
    const ssize_t length = recvfrom(socket, incoming + offset, LONGEST, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &from_length);
    /* An error was of a packet before; what is too long is no packet of ours. */
    if (length < 0 || length > LONGEST) continue;
    describe(arrivals + received * ARRIVAL_WORDS, owner, offset, length, &from);
    offset += length;
    received++;
  }
  return received;
}

/* Returns whether the system took it. */
static bool send_one(const struct udp_sockets *sockets, int number, const uint8_t *packet, size_t length) {
  struct udp_socket *owner = &sockets->all[number];
  const struct address *to = &owner->destination;
  if (to->length == 0) return false;
  if (owner->sent <= TALKER_AFTER && owner->sent++ == TALKER_AFTER) open_talker(sockets, number);
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  if (owner->talker > 0) {
    if (send(owner->talker, packet, length, flags) >= 0) return true;
    if (errno == EAGAIN || errno == ENOBUFS) return false;
    /* Refused was a packet before this one. Else its way is gone, with an address of this machine: another may be there. */
    if (errno != ECONNREFUSED) close_talker(sockets, owner);
  }
  return sendto(number, packet, length, flags, (const struct sockaddr *)&to->storage, to->length) >= 0;
}

uint32_t udp_send(const struct udp_sockets *sockets, const uint32_t *departures, const uint8_t *outgoing, uint32_t count) {
  uint32_t lost = 0;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t *departure = departures + i * DEPARTURE_WORDS;
    const uint32_t socket = departure[0], offset = departure[1], length = departure[2];
    const bool is_packet = udp_is_open(sockets, socket) && length <= LONGEST && offset <= BATCH_OCTETS - LONGEST;
    if (!is_packet || !send_one(sockets, socket, outgoing + offset, length)) lost++;
  }
  return lost;
}
