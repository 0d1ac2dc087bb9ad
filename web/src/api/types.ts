// The shapes that travel between this page and the server, under /api/v1.
//
// Written by hand until they are generated from the OpenAPI document. Ids are UUIDv4 text, times RFC 3339 UTC.

export type Role = 'admin' | 'operator' | 'custodian' | 'reviewer' | 'expert' | 'observer';
export type Time = string;

/** `colour` counts into the palette of clients. */
export type ClientRef = { id: string; code_name: string; colour: number };
export type ProjectRef = { id: string; name: string };

export type Me = {
  member: string;
  person: string;
  name: string;
  email: string;
  role: Role;
  clients: ClientRef[];
  one_person_installation: boolean;
  expires_at?: Time;
};

export type Invitation = {
  role: Role;
  email: string;
  organisation?: string | null;
  code_required: boolean;
  totp: { secret: string; uri: string } | null;
};

export type List<T> = { items: T[]; next: string | null };

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  slug?: string;
  errors?: { path: string; rule: string }[];
  request_id?: string;
};

// --- Content: what is shown -------------------------------------------------------------------------------

export type TextContent = { type: 'text'; format: 'plain' | 'markdown'; text: string };
export type Message = { id: string; role: 'user' | 'assistant' | 'system' | 'tool'; content: string };
export type ChatContent = { type: 'chat'; messages: Message[] };
export type Item = { id: string; content: string };
export type CandidatesContent = { type: 'candidates'; items: Item[] };
export type Criterion = { id: string; content: string; points?: number | null };
export type CriteriaContent = { type: 'criteria'; items: Criterion[] };
export type StepsContent = { type: 'steps'; items: Item[] };
export type FieldContent = TextContent | ChatContent | CandidatesContent | CriteriaContent | StepsContent;
export type Content = Record<string, FieldContent>;
/** Per field, the ids in the order in which this person is shown them. */
export type Presented = Record<string, string[]>;

// --- Schema: what is asked --------------------------------------------------------------------------------

export type Field = {
  name: string;
  type: 'text' | 'markdown' | 'chat' | 'candidates' | 'steps' | 'criteria';
  title?: string;
  blind?: boolean;
  shuffle?: boolean;
};
export type Option = { value: string | number | boolean; title?: string; description?: string };
export type VisibleWhen = { question: string; equals?: unknown; in?: unknown[] };
export type Validation = {
  min?: number;
  max?: number;
  min_length?: number;
  max_length?: number;
  pattern?: string;
  min_items?: number;
  max_items?: number;
  complete?: boolean;
};
export type QuestionType =
  'text' | 'label' | 'multi_label' | 'rating' | 'number' | 'pairwise' | 'span' | 'rubric_scores';
export type Question = {
  name: string;
  type: QuestionType;
  title?: string;
  description?: string;
  on?: string;
  per?: 'record' | 'candidate' | 'message' | 'step';
  options?: Option[];
  options_from?: string;
  required?: boolean;
  allow_tie?: boolean;
  /** Steps of strength on each side, 1 to 4. */
  strength?: number;
  allow_overlapping?: boolean;
  validation?: Validation;
  visible_when?: VisibleWhen;
  justification?: 'none' | 'optional' | 'required' | { required?: boolean; min_length?: number };
  cannot_assess?: boolean;
  not_applicable?: boolean;
};
export type Schema = { fields: Field[]; questions: Question[] };

// --- Answers ----------------------------------------------------------------------------------------------

export type PairwiseValue = { preferred: string; strength?: number };
/** Offsets count Unicode scalar values; the end is exclusive; `text` equals the slice. */
export type SpanValue = { field: string; start: number; end: number; label: string; text: string };
/** `met: null` says that it cannot be told. */
export type CriterionScore = { met: boolean | null; points?: number; rationale?: string };
export type Value =
  | string
  | number
  | boolean
  | (string | number | boolean)[]
  | PairwiseValue
  | SpanValue[]
  | Record<string, CriterionScore>
  | { [id: string]: Value };
export type Answer = {
  value?: Value;
  justification?: string;
  cannot_assess?: true;
  not_applicable?: true;
};
export type Answers = Record<string, Answer>;

// --- Work -------------------------------------------------------------------------------------------------

export type Step = 'label' | 'review';
export type Purpose = 'work' | 'prefetch';

export type Assignment = {
  id: string;
  task: string;
  project: ProjectRef;
  client: ClientRef;
  step: Step;
  purpose: Purpose;
  /** The how-manieth task of this project for this member. */
  number: number;
  lapses_at: Time;
  server_now: Time;
  schema_version: number;
  guideline_version: number;
  schema: Schema;
  content: Content;
  presented: Presented;
  draft: { answers: Answers; active_ms: number; at: Time } | null;
  returned: { reasons: string[]; comment?: string | null; answers: Answers } | null;
  annotation: {
    id: string;
    answers: Answers;
    presented: Presented;
    active_ms: number;
    revision: number;
    earlier: { revision: number; answers: Answers }[];
  } | null;
  reasons: string[];
  copy_allowed: boolean;
};

export type ProjectState = 'open' | 'agreement_needed' | 'guideline_needed' | 'paused' | 'nothing_left';
export type Work = {
  projects: {
    id: string;
    name: string;
    client: ClientRef;
    state: ProjectState;
    guideline_version: number | null;
  }[];
  open: { assignment: string; project: ProjectRef; step: Step; lapses_at: Time; has_draft: boolean }[];
  returned: {
    assignment: string;
    project: ProjectRef;
    reasons: string[];
    comment?: string | null;
    at: Time;
  }[];
  recent: { annotation: string; project: ProjectRef; state: string; at: Time }[];
  today: { submitted: number; active_ms: number };
};
export type Receipt = { annotation: string; state: 'submitted' | 'late'; at: Time };
export type Guideline = { version: number; text: string; acknowledged?: boolean };
export type Agreement = { id: string; version: number; text: string; signed_at?: Time | null };

export type Profile = {
  domains: string[];
  degrees: { title: string; institution: string; year: number }[];
  languages: string[];
  credentials?: {
    id: string;
    kind: string;
    title: string;
    verified_at?: Time;
    expires_at?: Time | null;
  }[];
};
