/* Prototypes of all handlers and field lists, from the route table. Every page file includes it. */
#ifndef SEKISHO_PAGES_H
#define SEKISHO_PAGES_H

#include "../web_req.h"

#define ROUTE(surface, method, path, roles, fields, handler, nav)                                  \
    extern const struct field fields[];                                                            \
    web_handler handler;
#include "../routes.def"
#undef ROUTE

#endif
