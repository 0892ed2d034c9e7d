/*
 * What an organisation has set about spam, phishing, impersonation and graymail: read from the
 * document in the database (spam_setting.settings) by console, engine and command alike.
 */
#ifndef SEKISHO_SPAM_RULE_H
#define SEKISHO_SPAM_RULE_H

#include <jansson.h>
#include <stdbool.h>

struct arena;
struct err;

#define SPAM_TAG_MAX 100     /* bytes */
#define SPAM_RULE_BYTES 4096 /* of the document */

enum spam_level {
#define SPAM_LEVEL(id, threshold, label) SPAM_L_##id,
#include "spam_rule.def"
    SPAM_LEVELS
};
enum spam_kind {
#define SPAM_KIND(id, action, label, about) SPAM_K_##id,
#include "spam_rule.def"
    SPAM_KINDS
};
enum spam_gray {
#define SPAM_GRAY(id, on, label) SPAM_G_##id,
#include "spam_rule.def"
    SPAM_GRAYS
};
enum spam_close {
#define SPAM_CLOSE(id, label) SPAM_C_##id,
#include "spam_rule.def"
    SPAM_CLOSES
};
enum spam_action { SPAM_HOLD, SPAM_TAG, SPAM_DELIVER, SPAM_ACTIONS };

extern const char *const spam_action_ids[SPAM_ACTIONS]; /* "hold", "tag", "deliver" */
struct spam_level_info {
    const char *id;
    double threshold;
    const char *label; /* msgid */
};
extern const struct spam_level_info spam_levels[SPAM_LEVELS];
struct spam_kind_info {
    const char *id, *label, *about; /* msgids */
    enum spam_action action;        /* default */
};
extern const struct spam_kind_info spam_kinds[SPAM_KINDS];
struct spam_gray_info {
    const char *id, *label; /* msgid */
    bool on;                /* default */
};
extern const struct spam_gray_info spam_grays[SPAM_GRAYS];
struct spam_close_info {
    const char *id, *label; /* msgid */
};
extern const struct spam_close_info spam_closes[SPAM_CLOSES];

struct spam_rule {
    enum spam_level level;
    enum spam_action action[SPAM_KINDS];
    const char *tag; /* before the subject of what is tagged */
    bool gray[SPAM_GRAYS];
    bool people;  /* names of high-profile users are watched */
    bool domains; /* domains that look like own or high-profile ones are */
    enum spam_close close;
};

void spam_rule_default(struct spam_rule *out);
/* What the document does not say has its default. -1 and ERR_INPUT "spam-rule": a value that is not one. */
int spam_rule_from_json(struct arena *a, const json_t *j, struct spam_rule *out, struct err *e);
/* In the arena. */
json_t *spam_rule_to_json(struct arena *a, const struct spam_rule *r);

#endif
