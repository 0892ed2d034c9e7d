/* The model that scan_statistics.c judges with: read by prepare(), so every process of the engine has it. */
#ifndef SEKISHO_STATISTICS_H
#define SEKISHO_STATISTICS_H

struct stats_model;

/* weights is NULL when there is none. */
const struct stats_model *scan_statistics_model(void);

#endif
