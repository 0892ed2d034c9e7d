/* Macros of libraries whose headers cppcheck does not read (make lint). */
#define json_array_foreach(a, i, v) for (i = 0; (v = json_array_get(a, i)); i++)
#define json_object_foreach(o, k, v) for (k = 0; (v = json_object_get(o, k)); k++)
#define KORE_SECCOMP_FILTER(...)
#define LIST_HEAD(name, type) struct name { struct type *lh_first; }
