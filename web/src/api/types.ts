// The shapes that travel between these pages and the server, under /api/v1.
//
// `openapi.ts` is generated from the server's OpenAPI document, and every shape here is made of it. Where the document
// says "any JSON" (content, schemas, answers), `Sharp` says what it is: a key that the document does not have is an
// error of the type check, so a field renamed on the server is found here. Ids are UUIDv4 text, times RFC 3339 UTC.

import type * as api from './openapi.ts';

/** A generated shape with some of its fields said more exactly. */
type Sharp<T, R extends { [K in keyof R]: K extends keyof T ? unknown : never }> = Omit<T, keyof R> & R;

export type Role = 'admin' | 'operator' | 'custodian' | 'reviewer' | 'expert' | 'observer';
export type Time = string;

/** `colour` counts into the palette of clients. */
export type ClientRef = api.ClientFace;
export type ProjectRef = { id: string; name: string };

export type Me = Sharp<api.Me, { role: Role; clients: ClientRef[] }>;
export type Invitation = Sharp<
  api.InvitationSent,
  { role: Role; totp: { secret: string; uri: string } | null }
>;

/** One page of a list; `next` goes into `after` of the following one. */
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

export type Step = 'label' | 'review' | 'adjudicate';
export type Purpose = 'work' | 'prefetch';

/** What a reviewer said when the task came back, with the answers as they were. */
export type ReturnedWork = { reasons: string[]; comment?: string | null; answers: Answers };
/** An annotation under review: its newest answers, and what stood there before. */
export type Reviewed = {
  id: string;
  answers: Answers;
  presented: Presented;
  active_ms: number;
  revision: number;
  earlier: { revision: number; answers: Answers }[];
};
export type Assignment = Sharp<
  api.AssignmentSent,
  {
    project: ProjectRef;
    client: ClientRef;
    step: Step;
    purpose: Purpose;
    schema: Schema;
    content: Content;
    presented: Presented;
    draft: { answers: Answers; active_ms: number; at: Time } | null;
    returned: ReturnedWork | null;
    annotation: Reviewed | null;
    answers: AnnotationSent[];
  }
>;

export type ProjectState = 'open' | 'agreement_needed' | 'guideline_needed' | 'paused' | 'nothing_left';
export type Work = {
  projects: {
    id: string;
    name: string;
    client: ClientRef;
    state: ProjectState;
    guideline_version: number | null;
    /** Where an expert is not active. */
    standing: Exclude<StandingState, 'active'> | null;
    /** Where it is a qualification course. */
    course: CourseAtHome | null;
    /** Reviews that wait; 0 for experts. */
    in_review: number;
    /** Tasks that wait for a decision; 0 for experts. */
    contested: number;
  }[];
  /** `number`: the how-manieth of this project it is to its holder; `draft_at`: when his draft was last saved. */
  open: {
    assignment: string;
    project: ProjectRef;
    step: Step;
    lapses_at: Time;
    number: number;
    begun_at: Time;
    draft_at: Time | null;
  }[];
  /** Begun, with a draft, and its lease is over. */
  unfinished: {
    assignment: string;
    project: ProjectRef;
    number: number;
    begun_at: Time;
    draft_at: Time;
    ended_at: Time;
  }[];
  returned: {
    assignment: string;
    project: ProjectRef;
    reasons: string[];
    comment?: string | null;
    at: Time;
    lapses_at: Time;
  }[];
  recent: { annotation: string; project: ProjectRef; state: string; at: Time }[];
  today: { submitted: number; active_ms: number };
  server_now: Time;
};
/** A project one submitted something in; without a name where that cannot be opened any more. */
export type Worked = { id: string; name: string | null; client: ClientRef; opens: boolean };
export type SubmittedListed = api.SubmittedListed;
export type SubmittedPage = Sharp<api.SubmittedPage, { projects: Worked[] }>;
export type OwnAnswer = Sharp<
  api.OwnAnswer,
  { answers: Answers; returned: { reasons: string[]; comment?: string | null; at: Time } | null }
>;
export type SubmittedSent = Sharp<
  api.SubmittedSent,
  {
    project: ProjectRef;
    client: ClientRef;
    schema: Schema;
    content: Content;
    presented: Presented;
    answers: OwnAnswer[];
  }
>;
export type Receipt = Sharp<api.Receipt, { state: 'submitted' | 'late' }>;
export type Verdict = Sharp<api.Verdict, { verdict: 'accept' | 'fix' | 'return'; answers?: Answers }>;
export type ReviewReceipt = api.ReviewReceipt;
export type Decision = Sharp<api.Decision, { answers: Answers }>;
export type DecisionReceipt = api.DecisionReceipt;
export type Guideline = api.GuidelineSent;
export type Agreement = api.AgreementSent;

// --- Projects ---------------------------------------------------------------------------------------------

export type ProjectStanding = 'open' | 'paused' | 'closed';
/** Tasks by state; what is missing is none. */
export type TaskCounts = { open?: number; in_review?: number; done?: number };
export type ProjectListed = Sharp<
  api.ProjectListed,
  { client: ClientRef; state: ProjectStanding; tasks: TaskCounts }
>;
export type Pipeline = Required<{
  [K in keyof Omit<api.NewPipeline, 'until' | 'adjudicate' | 'price'>]: NonNullable<api.NewPipeline[K]>;
}> & { until?: api.AskUntil | null; adjudicate?: api.Adjudicate | null; price?: api.AskedPrice | null };
/** A schema as it is written: a template with `fields`, `questions` and defaults for a project. */
export type Template = { [key: string]: unknown; fields?: unknown; questions?: unknown };
export type Project = Sharp<
  api.ProjectSent,
  { client: ClientRef; state: ProjectStanding; schema: Template; pipeline: Pipeline; pool: unknown }
>;
export type Progress = Sharp<
  api.Progress,
  {
    by_state: TaskCounts;
    annotations: Record<string, number>;
    eta_hours: { low: number; high: number | null } | null;
    agreement: Record<string, { share: number; tasks: number }>;
  }
>;
export type NewProject = Sharp<api.NewProject, { schema: Template }>;
export type ProjectChange = Sharp<
  api.ProjectChange,
  { state?: ProjectStanding; pipeline?: Partial<Pipeline> }
>;
export type Preview = Sharp<
  api.Preview,
  { schema: Schema; content: Content | null; presented: Presented | null }
>;
export type Batch = api.BatchSent;
export type Flag = api.FlagSent;
export type ImportReport = api.ImportReport;
export type TaskListed = api.TaskListed;
export type AnnotationListed = api.AnnotationListed;
export type AnnotationSent = Sharp<
  api.AnnotationSent,
  {
    answers: Answers;
    presented: Presented;
    review: {
      verdict: string;
      reasons: string[];
      comment?: string | null;
      answers?: Answers | null;
      /** Of a fix, the share that it changed, 0 to 1. */
      fix_size?: number | null;
      at: Time;
    } | null;
  }
>;
export type Decided = Sharp<api.Decided, { answers: Answers }>;
export type Consensus = Sharp<api.ConsensusSent, { decided: Decided | null; superseded: Decided[] }>;
export type QuestionAgreed = api.QuestionAgreed;
export type Judged = { judged: AnnotationSent; others: AnnotationSent[] };
export type TaskSent = Sharp<
  api.TaskSent,
  { schema: Schema; content: Content; annotations: AnnotationSent[] }
>;

// --- Releases ---------------------------------------------------------------------------------------------

export type ReleaseState = 'building' | 'built' | 'approved' | 'delivered' | 'failed';
export type Release = Sharp<
  api.ReleaseSent,
  { state: ReleaseState; manifest: Record<string, unknown> | null }
>;
export type NewRelease = Sharp<api.NewRelease, { options?: Record<string, unknown> }>;
export type ReleaseFile = api.FileListed;
export type SigningKey = api.KeyListed;
export type DepartureState = 'building' | 'built' | 'approved' | 'failed' | 'ended';
export type Departure = Sharp<api.DepartureSent, { state: DepartureState }>;

// --- Courses ----------------------------------------------------------------------------------------------

export type CourseState = 'go_on' | 'held' | 'waits' | 'passed' | 'spent';
export type CourseSaid = api.CourseSaid;
export type CourseFound = api.CourseFound;
export type Attempt = api.AttemptSent;
export type OwnCourse = Sharp<api.OwnCourse, { state: CourseState }>;
/** A course as the list of what waits says it. */
export type CourseAtHome = { state: CourseState; attempt: number | null; done: number; tasks: number };

// --- Standing ---------------------------------------------------------------------------------------------

export type StandingState = 'active' | 'probation' | 'paused';
export type Bar = api.BarSaid;
export type Bars = api.BarsSaid;
export type SecondLook = Sharp<api.LookSent, { verdict?: 'upheld' | 'restored' | null }>;
export type OwnStanding = Sharp<api.OwnStanding, { state: StandingState; second_look?: SecondLook | null }>;
export type Standings = Sharp<
  api.Standings,
  { people: Sharp<api.StandingListed, { state: StandingState }>[]; looks: SecondLook[] }
>;

// --- People and clients -----------------------------------------------------------------------------------

export type ProfileSaid = Required<api.ProfileSaid>;
export type ProfileSent = Sharp<api.ProfileSent, { profile: ProfileSaid }>;
export type NewCredential = api.VerifyCredential;
export type InvitationListed = Sharp<api.InvitationListed, { role: Role }>;
export type Grant = Sharp<api.GrantListed, { role: Role; state: 'proposed' | 'confirmed' }>;
export type TokenListed = api.TokenListed;
export type Member = Sharp<api.MemberListed, { role: Role }>;
export type Invited = api.Invited;
export type TokenMade = api.TokenMade;
export type Client = api.ClientListed;
export type ClientSent = api.ClientSent;
export type ClientChange = Partial<api.ClientChange>;
export type AgreementListed = api.AgreementListed;
export type Hold = api.HoldListed;
export type NewClient = Sharp<api.NewClient, { key: { source: 'file' | 'env' | 'command'; value: string } }>;

// --- Walls ------------------------------------------------------------------------------------------------

export type CellState = 'open' | 'exposed' | 'walled';
export type Cell = Sharp<api.Cell, { state: CellState }>;
export type MatrixRow = Sharp<api.MatrixRow, { role: Role; cells: Cell[] }>;
export type WallMatrix = Sharp<api.WallMatrix, { people: MatrixRow[] }>;
export type Organisation = api.OrganisationListed;
export type Conflict = Sharp<api.ConflictListed, { kind: 'pair' | 'class' | 'share' }>;
export type NewConflict = Partial<api.NewConflict> & Pick<api.NewConflict, 'a' | 'reason'>;
export type Declared = api.Declared;
export type RequestKind =
  'waiver' | 'break_glass' | 'budget' | 'end_conflict' | 'lift_wall' | 'contest' | 'close_gap';
export type RequestState = 'open' | 'approved' | 'refused';
export type CustodyRequest = Sharp<api.RequestListed, { kind: RequestKind; state: RequestState }>;
export type NewRequest = Partial<api.NewRequest> & { kind: RequestKind; reason: string };
export type BudgetListed = api.BudgetListed;
export type Budgets = api.Budgets;
export type BudgetStanding = api.BudgetStanding;
export type ClientStanding = Sharp<api.ClientStanding, { cell: Cell }>;
export type Interest = Sharp<api.InterestListed, { kind: 'employer' | 'equity' | 'commission' }>;
export type PersonCustody = Sharp<
  api.PersonCustody,
  { clients: ClientStanding[]; interests: Interest[]; requests: CustodyRequest[] }
>;
export type OwnCustody = Sharp<api.OwnCustody, { interests: Interest[]; requests: CustodyRequest[] }>;
export type OwnConflict = Sharp<api.OwnConflict, { kind: 'pair' | 'class' | 'share' }>;
export type ClientExposure = Sharp<api.ClientExposure, { conflicts: OwnConflict[] }>;
export type Gap = api.GapListed;
export type Merged = api.Merged;
export type Statement = api.Statement;
export type Lost = api.Lost;
export type WallOrdered = api.WallOrdered;

// --- Cases ------------------------------------------------------------------------------------------------

export type CaseState = 'open' | 'contested' | 'true' | 'benign';
export type CaseListed = Sharp<api.CaseListed, { state: CaseState }>;
export type CaseFound = Sharp<api.CaseFound, { state: CaseState }>;
export type OwnCase = api.OwnCase;
export type StandingRule = api.StandingRule;
export type Declaration = api.Declaration;
export type FactKind = api.FactKind;
export type FactsListed = api.FactsListed;
export type OutsideErased = api.OutsideErased;
export type LogListed = Sharp<
  api.LogListed,
  {
    findings: Sharp<
      api.Findings,
      {
        refused: [number, string, string][];
        unknown_fields: [string, string, number][];
        unknown_acts: [string, string, number][];
      }
    >;
  }
>;
