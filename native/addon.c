/*
 * The UDP sockets as a Node addon. All memory that packets pass through belongs to JavaScript and is handed over once, in
 * `start`. What is there of policy is in src/media/udp/native-sockets.ts.
 *
 *   start(arrived, arrivals, incoming, departures, outgoing)
 *       arrived(count)   called with so many packets in `incoming`, described in `arrivals`
 *       arrivals         Uint32Array, ARRIVAL_WORDS per packet
 *       incoming         Uint8Array, BATCH_OCTETS
 *       departures       Uint32Array, DEPARTURE_WORDS per packet
 *       outgoing         Uint8Array, BATCH_OCTETS
 *   bind(host, port) -> socket
 *   portOf(socket) -> port
 *   aim(socket, host, port) -> whether that is an address; where its packets go from now on
 *   send(count) -> how many were lost: the system did not take them, or there is no destination
 *   close(socket)   never from within `arrived`
 *
 * Errors of the system are thrown with its name as `code`, e.g. EADDRINUSE.
 */
#define NAPI_VERSION 8
#include "udp-sockets.h"
#include <errno.h>
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* Deliveries before everything else of the process has its turn again. */
enum { DELIVERIES_PER_TURN = 4 };

/* One per environment (the main thread, or a worker). */
struct addon {
  struct udp_sockets sockets;
  uv_poll_t poll;
  napi_env env;
  napi_ref arrived;
  napi_async_context context;
  napi_ref memory[4]; /* keeps what the pointers below point to */
  uint32_t *arrivals;
  uint8_t *incoming;
  uint32_t *departures;
  uint8_t *outgoing;
  napi_async_cleanup_hook_handle cleanup;
};

static napi_value throw_errno(napi_env env, int error) {
  char code[64], message[160];
  uv_err_name_r(uv_translate_sys_error(error), code, sizeof code);
  snprintf(message, sizeof message, "%s: %s", code, strerror(error));
  napi_throw_error(env, code, message);
  return NULL;
}

static napi_value throw_range(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static struct addon *addon_of(napi_env env) {
  void *data = NULL;
  napi_get_instance_data(env, &data);
  return data;
}

/* Reads `count` arguments. Returns false when there are fewer, with an error thrown. */
static bool read_arguments(napi_env env, napi_callback_info info, napi_value *values, size_t count) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given >= count) return true;
  throw_range(env, "too few arguments");
  return false;
}

static bool read_address(napi_env env, napi_value host_value, napi_value port_value, struct address *result) {
  char host[64];
  size_t length;
  uint32_t port;
  return napi_get_value_string_utf8(env, host_value, host, sizeof host, &length) == napi_ok &&
         napi_get_value_uint32(env, port_value, &port) == napi_ok && port <= 0xffff && udp_read_address(host, port, result);
}

/* Returns false, with an error thrown, for what is no socket of ours. */
static bool read_socket(napi_env env, napi_value value, uint32_t *socket) {
  if (napi_get_value_uint32(env, value, socket) == napi_ok && udp_is_open(&addon_of(env)->sockets, *socket)) return true;
  throw_range(env, "no socket");
  return false;
}

/* A typed array as a pointer, kept alive by a reference. Returns NULL when it is not what is wanted. */
static void *keep_memory(napi_env env, napi_value value, napi_typedarray_type wanted, size_t least, napi_ref *reference) {
  bool is_typed = false;
  napi_typedarray_type type;
  size_t length = 0;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &is_typed) != napi_ok || !is_typed) return NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) return NULL;
  if (type != wanted || length < least || napi_create_reference(env, value, 1, reference) != napi_ok) return NULL;
  return data;
}

/* Calls `arrived`. Afterwards Node runs what was put off to the end of this turn: that is when packets leave. */
static void deliver(struct addon *addon, uint32_t count) {
  napi_env env = addon->env;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value arrived, receiver, number, result;
  napi_get_reference_value(env, addon->arrived, &arrived);
  napi_get_global(env, &receiver);
  napi_create_uint32(env, count, &number);
  if (napi_make_callback(env, addon->context, receiver, arrived, 1, &number, &result) == napi_pending_exception) {
    napi_value error;
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct addon *addon = poll->data;
  bool is_full = true;
  for (int delivery = 0; delivery < DELIVERIES_PER_TURN && is_full; delivery++) {
    const uint32_t received = udp_receive(&addon->sockets, addon->arrivals, addon->incoming, &is_full);
    if (received > 0) deliver(addon, received);
  }
}

static napi_value start(napi_env env, napi_callback_info info) {
  struct addon *addon = addon_of(env);
  napi_value values[5], name;
  if (!read_arguments(env, info, values, 5)) return NULL;
  napi_valuetype type;
  if (addon->arrived != NULL) return throw_range(env, "it was started before");
  if (napi_typeof(env, values[0], &type) != napi_ok || type != napi_function) return throw_range(env, "a function is wanted");
  addon->arrivals = keep_memory(env, values[1], napi_uint32_array, BATCH * ARRIVAL_WORDS, &addon->memory[0]);
  addon->incoming = keep_memory(env, values[2], napi_uint8_array, BATCH_OCTETS, &addon->memory[1]);
  addon->departures = keep_memory(env, values[3], napi_uint32_array, BATCH * DEPARTURE_WORDS, &addon->memory[2]);
  addon->outgoing = keep_memory(env, values[4], napi_uint8_array, BATCH_OCTETS, &addon->memory[3]);
  if (!addon->arrivals || !addon->incoming || !addon->departures || !addon->outgoing) return throw_range(env, "memory of another size");
  napi_create_string_utf8(env, "yuyin:udp", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &addon->context);
  napi_create_reference(env, values[0], 1, &addon->arrived);
  return NULL;
}

static napi_value bind_socket(napi_env env, napi_callback_info info) {
  struct addon *addon = addon_of(env);
  napi_value values[2], result;
  struct address local = {0};
  if (!read_arguments(env, info, values, 2)) return NULL;
  if (!read_address(env, values[0], values[1], &local)) return throw_range(env, "an address and a port are wanted");
  if (addon->arrived == NULL) return throw_range(env, "start comes first");
  const int socket = udp_bind(&addon->sockets, &local);
  if (socket < 0) return throw_errno(env, errno);
  /* Without sockets nothing keeps the process alive. */
  if (addon->sockets.open == 1) uv_poll_start(&addon->poll, UV_READABLE, on_readable);
  napi_create_int32(env, socket, &result);
  return result;
}

static napi_value port_of(napi_env env, napi_callback_info info) {
  napi_value values[1], result;
  uint32_t socket;
  if (!read_arguments(env, info, values, 1) || !read_socket(env, values[0], &socket)) return NULL;
  const int port = udp_port(socket);
  if (port < 0) return throw_errno(env, errno);
  napi_create_int32(env, port, &result);
  return result;
}

static napi_value aim(napi_env env, napi_callback_info info) {
  napi_value values[3], result;
  uint32_t socket;
  struct address destination = {0};
  if (!read_arguments(env, info, values, 3) || !read_socket(env, values[0], &socket)) return NULL;
  const bool is_address = read_address(env, values[1], values[2], &destination);
  udp_aim(&addon_of(env)->sockets, socket, &destination);
  napi_get_boolean(env, is_address, &result);
  return result;
}

static napi_value send_all(napi_env env, napi_callback_info info) {
  const struct addon *addon = addon_of(env);
  napi_value values[1], result;
  uint32_t count;
  if (!read_arguments(env, info, values, 1)) return NULL;
  if (napi_get_value_uint32(env, values[0], &count) != napi_ok || count > BATCH || addon->arrived == NULL) return throw_range(env, "no such count");
  napi_create_uint32(env, udp_send(&addon->sockets, addon->departures, addon->outgoing, count), &result);
  return result;
}

static napi_value close_socket(napi_env env, napi_callback_info info) {
  struct addon *addon = addon_of(env);
  napi_value values[1];
  uint32_t socket;
  if (!read_arguments(env, info, values, 1) || !read_socket(env, values[0], &socket)) return NULL;
  udp_close(&addon->sockets, socket);
  if (addon->sockets.open == 0) uv_poll_stop(&addon->poll);
  return NULL;
}

static void after_poll_closed(uv_handle_t *poll) {
  struct addon *addon = poll->data;
  udp_free(&addon->sockets);
  napi_remove_async_cleanup_hook(addon->cleanup);
  free(addon);
}

/* The environment ends, and its sockets with it. */
static void clean_up(napi_async_cleanup_hook_handle handle, void *data) {
  (void)handle;
  struct addon *addon = data;
  uv_close((uv_handle_t *)&addon->poll, after_poll_closed);
}

static bool export_function(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

NAPI_MODULE_INIT() {
  uv_loop_t *loop = NULL;
  struct addon *addon = calloc(1, sizeof *addon);
  if (addon == NULL || napi_get_uv_event_loop(env, &loop) != napi_ok || !udp_init(&addon->sockets)) {
    free(addon);
    return throw_errno(env, errno);
  }
  if (uv_poll_init(loop, &addon->poll, addon->sockets.epoll) != 0) {
    udp_free(&addon->sockets);
    free(addon);
    return throw_range(env, "the event loop cannot watch sockets");
  }
  addon->env = env;
  addon->poll.data = addon;
  napi_set_instance_data(env, addon, NULL, NULL);
  napi_add_async_cleanup_hook(env, clean_up, addon, &addon->cleanup);
  const bool is_complete = export_function(env, exports, "start", start) && export_function(env, exports, "bind", bind_socket) &&
                           export_function(env, exports, "portOf", port_of) && export_function(env, exports, "aim", aim) &&
                           export_function(env, exports, "send", send_all) && export_function(env, exports, "close", close_socket);
  return is_complete ? exports : NULL;
}
