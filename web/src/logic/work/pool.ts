// Who may work, as a form: every one of a few conditions. What a form cannot say is written as JSON.

export type PoolForm = { domains: string[]; languages: string[]; credentials: string[]; courses: string[] };
const keys = {
  domain: 'domains',
  language: 'languages',
  credential: 'credentials',
  qualification: 'courses',
} as const;

/** The rule as a form; `null` where it says more than a form can. `{}` is everybody. */
export function poolForm(rule: unknown): PoolForm | null {
  const form: PoolForm = { domains: [], languages: [], credentials: [], courses: [] };
  if (rule === null || rule === undefined) return form;
  return put(rule, form) ? form : null;
}

function put(rule: unknown, form: PoolForm): boolean {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return false;
  for (const [key, value] of Object.entries(rule)) {
    if (key === 'all' && Array.isArray(value)) {
      if (!value.every((one) => put(one, form))) return false;
    } else if (key in keys && typeof value === 'string') form[keys[key as keyof typeof keys]].push(value);
    else return false;
  }
  return true;
}

/** The form as a rule. */
export function poolRule(form: PoolForm): unknown {
  const conditions = [
    ...form.domains.map((domain) => ({ domain })),
    ...form.languages.map((language) => ({ language })),
    ...form.credentials.map((credential) => ({ credential })),
    ...form.courses.map((qualification) => ({ qualification })),
  ];
  if (conditions.length === 0) return {};
  return conditions.length === 1 ? conditions[0] : { all: conditions };
}

/** The rule in words. */
export function poolWords(rule: unknown): string {
  const form = poolForm(rule);
  if (!form) return 'by a rule of its own';
  const parts = [
    ...form.domains.map((one) => `in ${one}`),
    ...form.languages.map((one) => `with ${one}`),
    ...form.credentials.map((one) => `with a verified ${one}`),
    ...(form.courses.length > 0
      ? [form.courses.length === 1 ? 'who passed a course' : `who passed ${form.courses.length} courses`]
      : []),
  ];
  return parts.length === 0 ? 'every expert' : `experts ${parts.join(', ')}`;
}

/** `a, b` as a list. */
export const listed = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
