/*
 * A UDP socket on 127.0.0.1 whose packets the kernel stamps as they arrive (SO_TIMESTAMPNS), so that a program's own
 * scheduling does not count. Include it first: it needs _GNU_SOURCE.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Ends the program (3) when there is no such socket. Its port goes to `port`. */
static int open_stamped(uint16_t *port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  int on = 1, buffer = 32 << 20;
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  struct sockaddr_in local = {.sin_family = AF_INET};
  inet_pton(AF_INET, "127.0.0.1", &local.sin_addr);
  socklen_t size = sizeof local;
  if (bind(fd, (struct sockaddr *)&local, size) != 0) exit(3);
  getsockname(fd, (struct sockaddr *)&local, &size);
  *port = ntohs(local.sin_port);
  return fd;
}

/* A packet, at most 256 bytes of it. `at_ns`: wall clock. */
typedef void on_packet(const uint8_t *packet, size_t length, int64_t at_ns);

/* Takes what has come, at most 64 packets; not 0 when there may be more. `dropped`, unless NULL: how many the socket has lost since it was opened. */
static int receive_stamped(int fd, on_packet *note, uint32_t *dropped) {
  enum { BATCH = 64 };
  static uint8_t packets[BATCH][256];
  static char controls[BATCH][256];
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){packets[i], sizeof packets[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = controls[i], .msg_controllen = sizeof controls[i]};
  }
  const int got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < got; i++) {
    struct timespec at = {0};
    for (struct cmsghdr *control = CMSG_FIRSTHDR(&messages[i].msg_hdr); control; control = CMSG_NXTHDR(&messages[i].msg_hdr, control)) {
      if (control->cmsg_level != SOL_SOCKET) continue;
      if (control->cmsg_type == SCM_TIMESTAMPNS) memcpy(&at, CMSG_DATA(control), sizeof at);
      if (control->cmsg_type == SO_RXQ_OVFL && dropped != NULL) memcpy(dropped, CMSG_DATA(control), sizeof *dropped);
    }
    note(packets[i], messages[i].msg_len, at.tv_sec * 1000000000LL + at.tv_nsec);
  }
  return got == BATCH;
}
