// Folding logits into log-sum-exp, argmax and ranks, 64 at a time. products.h has the order of arithmetic.
#include "score.h"
#include "vector_math.h"

TC_INLINE void score_fold(float *logits, size_t columns, int32_t first, float cap, tc_score_lanes *lanes) {
  const tc_i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  if (cap != 0)
    for (int i = 0; i < 4; i++) tc_store(logits + 16 * i, tc_softcap(tc_load(logits + 16 * i), cap));
  for (size_t c = columns; c < TC_PANEL; c++) logits[c] = -__builtin_inff(); // adds nothing, ranks below all
  tc_f32x16 largest = tc_load(lanes->largest), sum = tc_load(lanes->sum), v[4];
  tc_i32x16 id;
  memcpy(&id, lanes->id, sizeof id);
  const tc_f32x16 before = largest;
  for (int i = 0; i < 4; i++) {
    v[i] = tc_load(logits + 16 * i);
    const tc_i32x16 larger = v[i] > largest;
    id = (larger & (lane + (first + 16 * i))) | (~larger & id);
    largest = tc_select(larger, v[i], largest);
  }
  sum = sum * tc_exp(before - largest);
  for (int i = 0; i < 4; i++) sum = sum + tc_exp(v[i] - largest);
  tc_store(lanes->largest, largest);
  tc_store(lanes->sum, sum);
  memcpy(lanes->id, &id, sizeof id);
}

TC_VARIANTS(void, score_fold,
            (float *logits, size_t columns, int32_t first, float cap, tc_score_lanes *lanes),
            (logits, columns, first, cap, lanes))

TC_INLINE tc_score_part score_total(const tc_score_lanes *lanes) {
  const tc_f32x16 largest = tc_load(lanes->largest);
  const float maximum = tc_maximum(largest);
  const float sum = tc_sum(tc_load(lanes->sum) * tc_exp(largest - tc_set(maximum)));
  int32_t id = INT32_MAX;
  for (int i = 0; i < 16; i++)
    if (lanes->largest[i] == maximum && lanes->id[i] < id) id = lanes->id[i];
  return (tc_score_part){maximum, sum, id};
}

TC_VARIANTS(tc_score_part, score_total, (const tc_score_lanes *lanes), (lanes))

TC_INLINE double score_join(const tc_score_part *parts, size_t stride, size_t count, tc_score_part *best) {
  *best = parts[0];
  for (size_t s = 1; s < count; s++)
    if (parts[s * stride].largest > best->largest) *best = parts[s * stride];
  double sum = 0;
  for (size_t s = 0; s < count; s += 16) {
    tc_f32x16 largest = tc_set(best->largest);
    for (size_t i = 0; i < 16 && s + i < count; i++) largest[i] = parts[(s + i) * stride].largest;
    const tc_f32x16 scale = tc_exp(largest - tc_set(best->largest));
    for (size_t i = 0; i < 16 && s + i < count; i++)
      sum += (double)parts[(s + i) * stride].sum * (double)scale[i];
  }
  return sum;
}

TC_VARIANTS(double, score_join,
            (const tc_score_part *parts, size_t stride, size_t count, tc_score_part *best),
            (parts, stride, count, best))

TC_INLINE float score_capped(float logit, float cap) {
  if (cap == 0) return logit;
  const tc_f32x16 capped = tc_softcap(tc_set(logit), cap);
  return capped[0];
}

TC_VARIANTS(float, score_capped, (float logit, float cap), (logit, cap))

TC_INLINE int32_t score_above(const float *logits, int32_t first, float target_logit, int32_t target) {
  const tc_f32x16 limit = tc_set(target_logit);
  tc_i32x16 above = {0};
  if (first + TC_PANEL <= target) {
    for (int i = 0; i < 4; i++) above += (tc_i32x16)(tc_load(logits + 16 * i) >= limit);
  } else {
    const tc_i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int i = 0; i < 4; i++) {
      const tc_f32x16 v = tc_load(logits + 16 * i);
      const tc_i32x16 id = lane + (first + 16 * i);
      above += ((tc_i32x16)(v > limit) & (tc_i32x16)(id != target)) |
               ((tc_i32x16)(v == limit) & (tc_i32x16)(id < target));
    }
  }
  int32_t total = 0;
  for (int i = 0; i < 16; i++) total -= above[i];
  return total;
}

TC_VARIANTS(int32_t, score_above, (const float *logits, int32_t first, float target_logit, int32_t target),
            (logits, first, target_logit, target))

TC_INLINE void score_top(const float *logits, int32_t first, tc_top *top, size_t count) {
  for (int32_t i = 0; i < TC_PANEL; i += 16) {
    // Most spans of a long vocabulary have nothing for the list, and are passed over sixteen at a time.
    const tc_i32x16 larger = tc_load(logits + i) > tc_set(top[count - 1].logit);
    int32_t any = 0;
    for (int l = 0; l < 16; l++) any |= larger[l];
    if (any == 0) continue;
    for (int32_t l = 0; l < 16; l++) tc_top_put(top, count, (tc_top){logits[i + l], first + i + l});
  }
}

TC_VARIANTS(void, score_top, (const float *logits, int32_t first, tc_top *top, size_t count),
            (logits, first, top, count))
