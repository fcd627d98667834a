import type { Answer } from "../broker.js";

/**
 * The answer with its JSON object edited; `null` where it is none (or, with `lists`, no list either) or `edit` has
 * nothing to change.
 */
export function editObject(
  answer: Answer,
  edit: (fields: Record<string, unknown>) => unknown,
  { lists = false } = {},
): Answer | null {
  let value: unknown;
  try {
    value = JSON.parse(answer.body);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || (Array.isArray(value) && !lists)) return null;
  const edited = edit(value as Record<string, unknown>);
  return edited === null ? null : { ...answer, body: JSON.stringify(edited) };
}
