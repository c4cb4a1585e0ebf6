/* Tries to bind a port of the loopback that another program has: plainly, with SO_REUSEADDR, with SO_REUSEPORT. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *claim(unsigned short port, int option) {
  const int on = 1, claimed = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (option != 0) setsockopt(claimed, SOL_SOCKET, option, &on, sizeof on);
  const int result = bind(claimed, (struct sockaddr *)&local, sizeof local);
  close(claimed);
  return result == 0 ? "bound" : "refused";
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  const unsigned short port = (unsigned short)atoi(arguments[1]);
  printf("%s %s %s\n", claim(port, 0), claim(port, SO_REUSEADDR), claim(port, SO_REUSEPORT));
  return 0;
}
