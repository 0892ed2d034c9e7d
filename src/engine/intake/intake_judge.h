/* From facts to a decision for each recipient. */
#ifndef SEKISHO_INTAKE_JUDGE_H
#define SEKISHO_INTAKE_JUDGE_H

#include "../policy/auth_ruling.h"

struct ending;

/* Fills x->j.decisions, x->rules, x->rulings, and the answer in case all recipients are refused. -1:
 * refused now (ending_refuse()). */
int intake_judge(struct ending *x);

/* Of a message that was authenticated. */
struct auth_facts intake_facts(const struct ending *x);

#endif
