// Generated from the OpenAPI document by `cargo xtask generate`. Not for editing.

/** The chance that an answer is right. */
export type Ability = {
  /** Answers it rests on. */
  answers: number;
  /** The same by week of answering, oldest first, of the newest 12 weeks; empty where a question has more than five million answers. */
  by_week?: AbilityWeek[];
  /** Mean and 95 % interval. */
  chance: Estimate;
};

/** Somebody's ability in one week. */
export type AbilityWeek = {
  /** Answers it rests on. */
  answers: number;
  /** Mean and 95 % interval. */
  chance: Estimate;
  /** Its first moment (a Thursday, UTC), RFC 3339. */
  from: string;
};

/** An account, and what it took. */
export type Account = {
  /** What it may take and took. */
  budget: BudgetStanding;
  /** Its id. */
  member: string;
  /** Its role. */
  role: string;
  /** When it was suspended. */
  suspended_at?: string | null;
};

/** Which version was read. */
export type Acknowledged = {
  /** From 1. */
  version: number;
};

/** Which tasks an adjudicator decides: a reviewer who neither answered nor reviewed them. */
export type Adjudicate = {
  /** Those whose answer is less probable than this, or not settled, 0.5 to 0.9999; 0 takes the step away. With `until` only where nobody may be asked any more, and then also those that did not become as probable as that asks. */
  below: number;
};

/** Where an annotation stands after it was admitted. */
export type Admitted = {
  /** `accepted`, or `in_review` where the project's share of reviews drew it. */
  state: string;
};

/** Blind second reviews. */
export type AgainFigures = {
  ac1?: Estimate | null;
  /** Answers judged twice. */
  answers: number;
  /** Share of them where both decided the same (accept, fix or return), with the exact interval. */
  same: Estimate;
};

/** Where a true number lies, by the model. */
export type AgreedRange = {
  /** Upper end, in the same form. */
  high: unknown;
  /** How certain it is that the true number lies between them, 0 to 1. */
  level: number;
  /** Lower end: a number, or of an answer in parts an object of numbers by part. */
  low: unknown;
  /** How far off the value is expected to be, in its own unit; of an answer with parts the mean over them. */
  mean_error: number;
};

/** How far people agree beyond chance. Not whether they are right. */
export type Agreement = {
  ac1?: Estimate | null;
  alpha?: Estimate | null;
  /** Alpha by week of answering, oldest first, of weeks with enough answers, at most 26. */
  by_week: Week[];
  /** Share of the most frequent class among all answers. */
  dominant_share?: number | null;
  gamma?: GammaFigures | null;
  /** `nominal`, `ordinal` or `interval`. */
  scale: string;
};

/** A version as a list shows it. */
export type AgreementListed = {
  /** The account that wrote it. */
  by: string;
  /** When, RFC 3339. */
  created_at: string;
  /** How many people signed it. */
  signed: number;
  /** From 1. */
  version: number;
};

/** An agreement as it is sent. */
export type AgreementSent = {
  /** When it was written, RFC 3339. */
  created_at: string;
  /** When the caller signed this version, RFC 3339. */
  signed_at?: string | null;
  /** Markdown. */
  text: string;
  /** Its version, from 1. */
  version: number;
};

/** A rule that fits. */
export type Alert = {
  /** The vendor's name of the act. */
  action?: string | null;
  /** Pseudonym of who; null if the log does not say. */
  actor?: string | null;
  /** The case that holds it, if it is pressing enough for one. */
  case?: string | null;
  /** What it threatens. */
  custody: string[];
  /** Line of the log, from 1. */
  line: number;
  /** The rule. */
  rule: string;
  /** How soon to look. */
  severity: string;
  /** When, as the log wrote it. */
  ts?: string | null;
  /** In words. */
  words: string;
};

/** A day that would be said differently now. What was said stays. */
export type AmendedDay = {
  /** The day: `2025-05-05`. */
  day: string;
  /** Its score with what was told late. */
  now: number;
  /** Pseudonym of whose day it is. */
  person: string;
  /** Its score as it was said, in nats. */
  said: number;
};

/** An annotation as a list shows it: nothing of its answers. */
export type AnnotationListed = {
  /** Milliseconds of work. */
  active_ms: number;
  /** The author's pseudonym toward this client. */
  author: string;
  /** When somebody decided it, RFC 3339. */
  decided_at?: string | null;
  /** Whether that task is gold. */
  gold: boolean;
  /** Its id. */
  id: string;
  /** Which revision. */
  revision: number;
  /** `in_review`, `accepted`, `fixed`, `returned`, `late` or `superseded`. */
  state: string;
  /** When it came, RFC 3339. */
  submitted_at: string;
  /** Of which task. */
  task: string;
};

/** An annotation of a task. */
export type AnnotationSent = {
  /** Milliseconds of work. */
  active_ms: number;
  /** In the items' own ids for whoever runs the work; for who judges in those that he is shown. */
  answers: unknown;
  /** The author's pseudonym toward this client. */
  author: string;
  /** Its id. */
  id: string;
  /** The order that its author was shown, or in which who judges is. */
  presented: unknown;
  /** `{verdict, reasons, comment, answers, fix_size, at}` of the newest review, or null. */
  review: unknown;
  /** Which revision. */
  revision: number;
  /** Where it stands. */
  state: string;
  /** When, RFC 3339. */
  submitted_at: string;
};

/** One approval. */
export type ApprovalSent = {
  /** When. */
  at: string;
  /** By which member. */
  member: string;
};

/** What approving answers. */
export type Approved = {
  /** How many persons approved. */
  approvals: number;
  /** `built` while one more person is needed, then `approved`. */
  state: string;
};

/** When a task has been asked about often enough. `overlap` people are asked in any case. */
export type AskUntil = {
  /** Most people on one task, 1 to 100. */
  at_most: number;
  /** Most answers in the project as a whole; without it there is no such bound. */
  budget?: number | null;
  /** What one more answer must be expected to tell, in bits, 0.000001 to 1,000; where the pipeline states a price, for each unit of its currency. Nobody is asked about a task where it is less; it is then decided, if the project has that. Without it however little is enough. */
  least_gain?: number | null;
  /** The probability that the answer must have, 0.5 to 0.9999; 0 takes the rule away. */
  posterior: number;
};

/** What an answer costs. */
export type AskedPrice = {
  /** Three capital letters. */
  currency: string;
  /** 0.0001 to 1,000,000; 0 takes the price away. */
  per_answer: number;
};

/** The done tasks of a project that asks until an answer is sure enough. */
export type AskingFigures = {
  /** Of them asked about once more. */
  asked: number;
  /** Done tasks whose answer had its probability at once, after the report before this one. */
  at_once?: number;
  /** Of them those that this report sees on the other side of the probability that is asked for. */
  at_once_otherwise?: number;
  /** Of them not asked about: as many people as may be asked were, or the budget is used up. */
  at_the_cap: number;
  /** Other tasks that are asked about once more, drawn at random to see whether sure means right. */
  drawn: number;
  /** What one more answer must be expected to tell, in bits, at the project's price; null where however little is enough. */
  least_bits?: number | null;
  /** What one more answer to the unsure task that gains most is expected to tell, in bits; null where none is unsure or no model speaks of it. */
  most_bits?: number | null;
  /** Of them not asked about: an answer is expected to tell too little for its price. */
  too_little: number;
  /** Those whose least sure answer is not sure enough. */
  unsure: number;
};

/** The body of an assignment's answer. Times are RFC 3339. */
export type AssignmentSent = {
  /** What is reviewed, or null. */
  annotation: unknown;
  /** All that was answered, by pseudonym, and what reviewers said of it, for whoever decides; else empty. */
  answers: AnnotationSent[];
  /** `{id, code_name, colour}`. */
  client: unknown;
  /** By field. */
  content: unknown;
  /** Whether the client lets content be copied. */
  copy_allowed: boolean;
  /** `{answers, active_ms, at}` or null. */
  draft: unknown;
  /** Version of the guideline. */
  guideline_version: number;
  /** Its id. */
  id: string;
  /** End of the lease. */
  lapses_at: string;
  /** The member's how-manieth task of this project. */
  number: number;
  /** The order of shuffled fields as shown. */
  presented: unknown;
  /** `{id, name}`. */
  project: unknown;
  /** `work` or `prefetch`. */
  purpose: string;
  /** Reasons a reviewer may choose from. */
  reasons: string[];
  /** `{reasons, comment, answers}` when a reviewer gave it back, else null. */
  returned: unknown;
  /** `{fields, questions}`. */
  schema: unknown;
  /** Version of the schema. */
  schema_version: number;
  /** The server's clock at the answer. */
  server_now: string;
  /** `leased`, `returned`, `submitted`, `lapsed`, … */
  state: string;
  /** `label`, `review` or `adjudicate`. */
  step: string;
  /** Its task. */
  task: string;
};

/** An attempt that was graded. */
export type AttemptSent = {
  /** Whether it qualifies now. */
  counts: boolean;
  /** When a pass ends, RFC 3339; null never. */
  expires_at?: string | null;
  /** When it was graded, RFC 3339. */
  graded_at: string;
  /** From 1. */
  number: number;
  /** Whether that was enough. */
  passed: boolean;
  /** Who, by pseudonym toward the client; null where it is the caller. */
  person?: string | null;
  /** The share that was right. */
  right: number;
};

/** What a project asks of one kind of evidence. Shares from 0 to 1. */
export type BarSaid = {
  /** Whoever is surely below this takes no new work for a while. At most `probation_below`; 0 pauses nobody. */
  pause_below: number;
  /** Whoever is surely below this is on probation: every annotation of his is reviewed. Over 0, up to 1. */
  probation_below: number;
};

/** What a project asks of its experts. With neither bar nothing is asked, and whoever is not active becomes so. */
export type BarsSaid = {
  /** How many gold tasks or reviews a figure must rest on, 5 to 1,000. */
  at_least?: number;
  gold?: BarSaid | null;
  /** How many days a pause lasts, 1 to 365. */
  pause_days?: number;
  review?: BarSaid | null;
};

/** The quality of one batch. */
export type BatchFigures = {
  /** Its id. */
  batch: string;
  /** Of them done. */
  done: number;
  /** By question that is answered with numbers or grades, and that a model speaks of. */
  numbers?: BatchNumbers[];
  /** By question whose probabilities a model gives. */
  questions: BatchQuestion[];
  sampling?: BatchSampling | null;
  /** Its tasks that are not gold. */
  tasks: number;
};

/** The answers to one question in one batch, as numbers. Errors are absolute ones, in the unit of the answers. */
export type BatchNumbers = {
  expected_error?: Estimate | null;
  /** Gold items of this batch that somebody answered. */
  gold: number;
  gold_error?: Estimate | null;
  /** What is judged: tasks, or parts of them, that are neither gold nor decided. */
  items: number;
  /** Its name. */
  question: string;
};

/** The answers to one question in one batch. */
export type BatchQuestion = {
  expected_error?: Estimate | null;
  /** Gold items of this batch that somebody answered. */
  gold: number;
  gold_error?: Estimate | null;
  /** What is judged: tasks, or parts of them, that are neither gold nor decided. */
  items: number;
  /** Its name. */
  question: string;
};

/** The reviews of a batch that were drawn, as a sample of its answers as they were first submitted, and whether they meet the smallest plan for a batch of this size. */
export type BatchSampling = {
  /** Answers so far, returned ones among them; gold and what was mended after a return are not. */
  answers: number;
  /** With 95 % certainty at most this share of the batch's answers is (exact, hypergeometric). */
  at_most: number;
  /** The plan keeps out a batch of which this share is wrong, with 95 % certainty. */
  bad: number;
  /** And lets pass one of which this share is. */
  good: number;
  /** Whether it is met; null while the sample is too small to say. */
  met?: boolean | null;
  /** Answers that the plan asks for, and how many of those may be fixed or returned. */
  plan: [number, number];
  /** Of them drawn for review, at random, and reviewed. */
  sample: number;
  /** Of those fixed or returned. */
  wrong: number;
};

/** A batch: what one import brought. */
export type BatchSent = {
  /** Rows that became tasks. */
  accepted: number;
  /** When it came, RFC 3339. */
  at: string;
  /** Its id. */
  id: string;
  /** Its name; null when it was given none. */
  name?: string | null;
  /** Rows that were refused. */
  refused: number;
};

/** The newest batches of a project. */
export type BatchesFigures = {
  /** Older ones. */
  left_out: number;
  /** Newest first, at most 20. */
  newest: BatchFigures[];
};

/** A budget as a list shows it. */
export type BudgetListed = {
  /** Within a day. */
  day: number;
  /** Items within an hour. */
  hour: number;
  /** Within 30 days. */
  month: number;
  /** The person's name; null for a role. */
  name?: string | null;
  /** When somebody set it, RFC 3339; null where it is as it comes. */
  set_at?: string | null;
  /** The role's word, or the account's id. */
  subject: string;
};

/** What an account may take within each stretch, and took. */
export type BudgetStanding = {
  /** Answers he submitted in those 30 days. */
  answered: number;
  /** Within a day. */
  day: Taken;
  /** Within an hour, `{taken, max}`. */
  hour: Taken;
  /** Within 30 days. */
  month: Taken;
  /** Tasks he gave back unanswered. */
  skipped: number;
  /** Items he was sent and neither answered nor gave back. */
  without_answer: number;
};

/** The budgets that hold. */
export type Budgets = {
  /** Of accounts that have one of their own. */
  members: BudgetListed[];
  /** Of each role. */
  roles: BudgetListed[];
};

/** A case with all that is known of it. */
export type CaseFound = CaseListed & ({
  /** Items taken by client. */
  clients: ClientItems[];
  /** Why it is contested. */
  contest?: string | null;
  /** The latest 60 days against the peers. */
  days: DaySent[];
  /** Facts on the same time-line. */
  facts: Fact[];
  /** Rules that fit, at most 100. */
  fits: RuleFits[];
  /** Days that would be said differently by what was told late. What was said stays. */
  late: ToldLate[];
  /** His name, while two persons hold it for right. */
  name?: string | null;
  /** Until when the name is shown. */
  name_until?: string | null;
  /** Pseudonym of the other of a pair. */
  pair?: string | null;
  /** Named parts of the score, in nats; their sum is the score. */
  parts: ScorePart[];
  /** Why it was decided as it was. */
  reason?: string | null;
  /** Wishes to see the name. */
  reveals: RevealListed[];
  /** Items by client's code name, at most 500. */
  taken: string[];
  /** What is not known here. */
  unknown: string[];
});

/** A case as the queue shows it. */
export type CaseListed = {
  /** When the act was that tipped it. */
  act_at: string;
  /** When a person decided. */
  decided_at?: string | null;
  /** When a case from outside logs is forgotten. */
  forget_at?: string | null;
  /** Its id. */
  id: string;
  /** How many items were taken. */
  items: number;
  /** When that ended. */
  lifted_at?: string | null;
  /** What it did at once: `none`, `narrowed` or `suspended`. */
  measure: string;
  /** When it was opened. */
  opened_at: string;
  /** Pseudonym of whom it is about. */
  person: string;
  /** Sentences, the weightiest first. */
  reasons: string[];
  /** How many alerts of rules it holds. */
  rules: number;
  /** Its score, in nats: by how much the day is less likely than usual. */
  score: number;
  /** The outside logs it is from; null if it is from what this server sent. */
  source?: string | null;
  /** `open`, `contested`, `true` or `benign`. */
  state: string;
  /** What the score had to reach. */
  threshold: number;
};

/** What stands between a person and a client. */
export type Cell = {
  /** Last sent no later than this, to the hour. */
  last_at?: string | null;
  /** Walled: from when on it is open if nothing more happens, RFC 3339; null when time alone does not open it, and where a client is hidden from the reader. */
  opens_at?: string | null;
  /** The organisation a wall comes from, unless it is hidden from the reader. */
  rival?: string | null;
  /** `open`: nothing in the way. `exposed`: he was sent something, and may be sent more. `walled`: shut. */
  state: string;
  /** Walled: `ordered`, `exposure`, `interest`, `leaving`, `left` or `clock`. Otherwise `no_conflict`, `cooled_off` or `waived`. */
  why: string;
};

/** What reviews say of one author, or one reviewer; the chance is corrected for who reviewed whom. */
export type Chance = {
  /** Of them accepted as they were. */
  accepted: number;
  chance?: Estimate | null;
  fix_size?: FixSize | null;
  /** Of them accepted with a fix. */
  fixed?: number;
  /** How often each reason was given. */
  reasons?: Record<string, number>;
  /** Of them sent back. */
  returned?: number;
  /** Reviews it rests on. */
  reviews: number;
};

/** The moment from which on somebody's answers to gold are right more, or less, often than before. A gold task counts as right when all of what is asked is. */
export type ChangeFigures = {
  /** Gold tasks since. Both are a little too far apart: the moment was chosen for telling them apart. */
  after: GoldScore;
  /** Gold tasks before it. */
  before: GoldScore;
  /** Chance that the same answers in another order show as much. */
  chance: number;
  /** When the first answer after it came, RFC 3339. */
  since: string;
};

/** The signed head of a ledger and who vouches for it. */
export type CheckpointSent = {
  /** When it was signed. */
  at: string;
  /** The signed note, C2SP tlog-checkpoint. */
  checkpoint: string;
  /** The newest head that witnesses cosigned, with their signatures. */
  cosigned?: string | null;
  /** From 1; each restore of an older state begins another. */
  epoch: number;
  /** Signed beginnings of later epochs; each names what was lost. */
  epochs: string[];
  /** When he said so. */
  followed_at?: string | null;
  /** Up to which size somebody who keeps the heads has checked them, and when. */
  followed_size?: number | null;
  /** Signed hand-overs from earlier keys. */
  handovers: string;
  /** The signing key to pin, `vouchsafe:checkpoint:ed25519:…`. */
  key: string;
  /** The log's opaque name. */
  origin: string;
  /** The root over them, in hex. */
  root: string;
  /** Entries that have their number. */
  size: number;
  /** The same as other programs know it, C2SP signed-note. */
  verifier_key: string;
  /** `witnessed` when an independent witness cosigned it or an earlier head, `followed` when somebody who keeps the heads checked them within two days, else `unwitnessed`: then only this server's own word says that nothing was rewritten. */
  vouched: string;
};

/** What is to change; what is left out stays. */
export type ClientChange = {
  /** Shown to whoever is outside. */
  code_name?: string | null;
  /** Index into the palette, 0 to 7. */
  colour?: number | null;
  /** Its name. */
  name?: string | null;
  /** Whether what others order goes without two approvals, by the word that whoever sets this gives beforehand. What he orders himself still needs them. */
  standing_approval?: boolean | null;
};

/** A column. */
export type ClientColumn = {
  /** Its code name. */
  code_name: string;
  /** The client. */
  id: string;
};

/** The people around a client. */
export type ClientExposure = {
  /** Conflicts that concern it, as the edge names it or another of its class; newest first. With whom is not said. */
  conflicts: OwnConflict[];
  /** Days after the last sight for which its rivals stay shut; of two clients the longer counts. */
  cool_off_days: number;
  /** Whether people confirm their declared ties before each of its projects. */
  declarations: boolean;
  /** What to send as `after` for the next page of people; null when there is none. */
  next?: string | null;
  /** The owner of this installation, or of a part of it, is in conflict with the client. */
  owner_in_conflict: boolean;
  /** Who was sent something of it, first sent first: one page. */
  people: PersonExposed[];
  /** Walls ordered around it, newest first. */
  walls: WallListed[];
};

/** A client as whoever may know of it sees it. */
export type ClientFace = {
  /** Shown instead of its name. */
  code_name: string;
  /** Index into the palette of the screens, 0 to 7. */
  colour: number;
  /** Its id. */
  id: string;
};

/** Items of one client. */
export type ClientItems = {
  /** Code name. */
  client: string;
  /** Items. */
  items: number;
};

/** A client as a list shows it. */
export type ClientListed = {
  /** Shown to whoever is outside. */
  code_name: string;
  /** Index into the palette. */
  colour: number;
  /** Its id. */
  id: string;
  /** `available`, `withdrawn` or `destroyed`. */
  key_state: string;
  /** Its name; only for those inside and admins. */
  name: string;
};

/** A client with its settings. */
export type ClientSent = {
  /** Version of its newest agreement; null when it asks for none. */
  agreement_version?: number | null;
  /** Shown to whoever is outside. */
  code_name: string;
  /** Index into the palette, 0 to 7. */
  colour: number;
  /** When it came to be, RFC 3339. */
  created_at: string;
  /** Since when it is not known who was sent something of it, because entries of its ledger were lost; RFC 3339. */
  gap_since?: string | null;
  /** Whether a hold covers anything of it. */
  held: boolean;
  /** Its id. */
  id: string;
  key?: KeyFrom | null;
  /** When its key was destroyed, RFC 3339. */
  key_destroyed_at?: string | null;
  key_destruction?: DestructionOrdered | null;
  /** `available`, `withdrawn`, `wrong` or `destroyed`. */
  key_state: string;
  /** Why the key is not available, in words. */
  key_trouble?: string | null;
  /** Its name. */
  name: string;
  /** Whether what is ordered goes without two approvals, unless whoever said so ordered it himself. */
  standing_approval: boolean;
};

/** A client as it stands to a person. */
export type ClientStanding = {
  /** What stands between. */
  cell: Cell;
  /** The client. */
  client: string;
  /** Its code name. */
  code_name: string;
  /** How often content was sent to him on each of the last 90 days that had any, oldest first; as its ledger counts. */
  days: SentOnDay[];
  /** First sent, RFC 3339. */
  first_at?: string | null;
  /** Leased or returned work he holds now. */
  open: number;
};

/** A conflict as a list shows it. */
export type ConflictListed = {
  /** An organisation. */
  a: string;
  /** The other. */
  b?: string | null;
  /** The class. */
  class?: string | null;
  /** When, RFC 3339. */
  declared_at: string;
  /** By which member. */
  declared_by: string;
  /** When it ended. */
  ended_at?: string | null;
  /** Its id. */
  id: string;
  /** `pair`, `class` or `share`. */
  kind: string;
  /** Why. */
  reason: string;
  /** The share owned, 0 to 1. */
  share?: number | null;
};

/** One class taken for another. */
export type ConfusedPair = {
  /** Effective answers that named it. */
  answers: number;
  /** Of so many to what is the true class. */
  of: number;
  /** Place of the class that was answered. */
  said: number;
  /** Place of the true class among the question's. */
  truth: number;
};

/** What a task's answers came to. */
export type ConsensusSent = {
  decided?: Decided | null;
  /** By question; null until the task is done and its present answers were reckoned. */
  questions?: Record<string, QuestionAgreed> | null;
  /** `open`, `in_review` or `done`. */
  state: string;
  /** Decisions that another took the place of, newest first. */
  superseded: Decided[];
  /** The task. */
  task: string;
};

/** The proof that one head of a ledger continues another. */
export type ConsistencySent = {
  /** Leaves of the earlier tree. */
  from: number;
  /** Its root, in hex. */
  from_root: string;
  /** RFC 6962, section 2.1.2; hashes in hex. */
  path: string[];
  /** Leaves of the later tree. */
  to: number;
  /** Its root, in hex. */
  to_root: string;
};

/** An item nobody can be sure of. */
export type Contested = {
  /** How many answered. */
  answers: number;
  /** Which part of it; null for the task as a whole. */
  part?: string | null;
  /** Probability of each class. */
  probabilities: number[];
  /** The task. */
  task: string;
};

/** A number nobody can be sure of. */
export type ContestedNumber = {
  /** How many answered. */
  answers: number;
  /** How far off it is expected to be. */
  error: number;
  /** Which part of it; null for the task as a whole. */
  part?: string | null;
  /** The task. */
  task: string;
  /** The consensus and both ends of its interval. */
  value: Estimate;
};

/** What the accepted tasks of a project took, everything included: answers to gold and those that were returned or came late, reviews, decisions. */
export type CostFigures = {
  /** Tasks that are done. */
  accepted: number;
  /** Milliseconds of work for each accepted task, by everybody. */
  active_ms_per_accepted: number;
  /** Answers that were given. */
  answers: number;
  /** Answers for each accepted task. */
  answers_per_accepted: number;
  /** Decisions of adjudicators. */
  decisions: number;
  price?: PriceFigures | null;
  /** Reviews. */
  reviews: number;
};

/** A project as a course, or that it is none. */
export type CourseChange = {
  course?: CourseSaid | null;
};

/** A course as whoever runs or watches it sees it. */
export type CourseFound = {
  /** Attempts that were graded, newest first, at most 1,000. */
  attempts: AttemptSent[];
  course?: CourseSaid | null;
  /** Gold tasks that it has. */
  gold_tasks: number;
};

/** What a course asks. */
export type CourseSaid = {
  /** How often somebody may try until he passes, 1 to 20. */
  attempts: number;
  /** The share that must be right, over 0, up to 1. */
  pass_mark: number;
  /** Tasks of one attempt, 1 to 200. */
  tasks: number;
  /** For how many days a pass counts, up to 3,650; without it for good. */
  valid_days?: number | null;
};

/** A credential. */
export type CredentialSent = {
  /** Whether it counts now. */
  counts: boolean;
  /** What was looked at. */
  evidence: string;
  /** When it ends, RFC 3339. */
  expires_at?: string | null;
  /** Its id. */
  id: string;
  /** What eligibility rules ask for. */
  kind: string;
  /** As it is called. */
  title: string;
  /** When, RFC 3339. */
  verified_at: string;
  /** The account that verified it. */
  verified_by: string;
  /** The name of that account's person. */
  verified_by_name: string;
};

/** What a sign-in sends. */
export type Credentials = {
  /** The code of the second factor, where the role needs one. */
  code?: string | null;
  /** Address. */
  email: string;
  /** Password. */
  password: string;
};

/** One day of a person against the peers. */
export type DaySent = {
  /** The day of UTC: `2025-05-05`. */
  day: string;
  /** Different items sent. */
  items: number;
  /** A tenth of those days had no fewer. */
  own_high?: number | null;
  /** The same of the four weeks of the person before this day; null without a week of them. */
  own_low?: number | null;
  /** A tenth of the peers were sent no fewer. */
  peers_high?: number | null;
  /** A tenth of the peers were sent no more items; null without peers. */
  peers_low?: number | null;
  /** Disclosures, repeated ones counted. */
  sent: number;
};

/** That an adjudicator decided a task. */
export type Decided = {
  /** What he decided, by question, in the items' own ids. */
  answers: unknown;
  /** When, RFC 3339. */
  at: string;
  /** His pseudonym toward this client. */
  by: string;
  /** Why, in his words. */
  comment?: string | null;
  reopened?: Reopened | null;
};

/** What an adjudicator decided. */
export type Decision = {
  /** Milliseconds of work. */
  active_ms?: number;
  /** The answer of the task, by question. */
  answers: unknown;
  /** Why, in his own words. */
  comment?: string | null;
};

/** What a decision answers. */
export type DecisionReceipt = {
  /** When, RFC 3339. */
  at: string;
  /** The task that was decided. */
  task: string;
};

/** What of outside logs may be looked at. */
export type Declaration = {
  /** Domains that count as inside; each actor's own when empty. */
  domains?: string[];
  /** How the staff was told. */
  notice: string;
  /** For how many days findings are kept: 1 to 400. */
  retention_days: number;
  /** Which logs, and whose. */
  scope: string;
  /** When it was told, RFC 3339. */
  told_at: string;
};

/** What is declared, or that nothing is. */
export type DeclarationFound = {
  declaration?: Declaration | null;
};

/** What declaring did. */
export type Declared = {
  /** Clients that were told that the owner of this installation is in conflict with them. */
  clients_told: string[];
  /** Everybody who was sent something of, or is tied to, both sides. */
  exposed_to_both: ExposedToBoth[];
  /** The conflict's id. */
  id: string;
  /** Leases that ended. */
  leases_ended: number;
};

/** A degree. */
export type DegreeSaid = {
  /** Who gave it. */
  institution: string;
  /** As it is called. */
  title: string;
  /** When. */
  year?: number | null;
};

/** A file of a departure. The names tell nothing that the client wrote. */
export type DepartureFile = {
  /** Its size. */
  bytes: number;
  /** Below the folder: `tasks.jsonl`. */
  path: string;
  /** Its SHA-256, in hex. */
  sha256: string;
};

/** A departure as it is shown. Times are RFC 3339. */
export type DepartureSent = {
  /** How many persons approved it. */
  approvals: number;
  /** How many must; none where the client has a standing rule. */
  approvals_needed: number;
  /** Whether the caller's person is among them. */
  approved_by_me: boolean;
  /** When its folder was whole. */
  built_at?: string | null;
  /** Size of all files together, once built; the ledger comes on top. */
  bytes?: number | null;
  /** Its client. */
  client: string;
  /** When it failed, was taken back or was over. */
  ended_at?: string | null;
  /** Why it failed: `disk_full`, `disk_failed`, `key_withdrawn`, `unreadable`, `broken_off` or `failed`. */
  failure?: string | null;
  /** The same in words, with what to do. */
  failure_detail?: string | null;
  /** Once built, its files. */
  files?: DepartureFile[] | null;
  /** Its id. */
  id: string;
  /** SHA-256 of its manifest, in hex: what an approval names. */
  manifest_sha256?: string | null;
  /** When. */
  ordered_at: string;
  /** Who ordered it. */
  ordered_by: string;
  /** `building`, `built`, `approved`, `failed` or `ended`. */
  state: string;
  /** Tasks in it; so far, while it is built. */
  tasks?: number | null;
  /** Until when it may be approved and fetched. */
  until?: string | null;
};

/** A destruction that waits for a second person. */
export type DestructionOrdered = {
  /** When, RFC 3339. */
  at: string;
  /** The account that ordered it. */
  by: string;
};

/** On what the methods behind the pool name different answers. */
export type DifferFigures = {
  /** Items on which at least two name different classes. */
  items: number;
  /** Of so many. */
  of: number;
  /** The tasks of the first of them, at most 50. */
  tasks: string[];
  /** More than a tenth: which method is taken matters, and nothing says which is right. */
  warning: boolean;
};

/** Answers so far. */
export type Draft = {
  /** Milliseconds of work so far. */
  active_ms?: number;
  /** By question. */
  answers: unknown;
};

/** Entries with their proofs. Kept as a file, it is a proof that `vouchsafe ledger check` reads. */
export type EntriesSent = {
  /** Of a search, which goes back from the newest entry, the number of the oldest that it looked through. */
  back_to?: number | null;
  /** The signed head that the proofs lead to. */
  checkpoint: string;
  /** Each with `index`, `leaf`, what is shown of `act`, `object` and `person`, and `path`. A part is null where it was erased; all three are where an entry of the installation is about what a wall hides from the reader. */
  entries: (Record<string, unknown>)[];
  /** Always `vouchsafe ledger proof v1`. */
  format: string;
  /** What to send for the next page, as `from`, or as `before` of a search; null at the end. */
  next?: number | null;
  /** Entries of the ledger at this head. */
  size: number;
};

/** A figure with its 95 % interval. */
export type Estimate = {
  /** Upper end. */
  high: number;
  /** Lower end. */
  low: number;
  /** The figure. */
  value: number;
};

/** One who stands on both sides. */
export type ExposedToBoth = {
  /** The sides. */
  between: string[];
  /** His accounts. */
  members: string[];
  /** His name. */
  name: string;
};

/** One who was sent something. */
export type ExposureEntered = {
  /** No later than when for the last time, RFC 3339. */
  last_at: string;
  /** An account of his. */
  member: string;
};

/** A dated fact. */
export type Fact = {
  /** The day: `2025-05-05`. */
  day: string;
  /** What: in words. */
  words: string;
};

/** What facts are about. */
export type FactKind = 'people' | 'docs' | 'domains' | 'lifecycle';

/** What is known besides the logs. */
export type FactsFound = {
  /** The kinds that are kept. */
  items: FactsListed[];
};

/** Facts of one kind that are kept. */
export type FactsListed = {
  /** Bytes of the file. */
  bytes: number;
  /** How many lines; of domains how many domains. */
  entries: number;
  /** What they are about. */
  kind: FactKind;
  /** When they were sent. */
  set_at: string;
};

/** One broken rule. */
export type FieldError = {
  /** JSON Pointer into what was sent. */
  path: string;
  /** The rule, in words. */
  rule: string;
};

/** A file that may be fetched once the release is delivered. */
export type FileListed = {
  /** Its size. */
  bytes: number;
  /** How many tasks gave no line in this format, by reason. */
  left_out: unknown;
  /** Below the release's folder: `data/full.jsonl`. */
  path: string;
  /** Lines of a data file. */
  rows?: number | null;
  /** Its SHA-256, in hex. */
  sha256: string;
};

/** What was found in a log. */
export type Findings = {
  /** Alerts, at most 1,000. */
  alerts: Alert[];
  /** Whether it lay in the watched folder; else somebody sent it. */
  from_folder?: boolean;
  /** Lines with bytes that are no text, read with marks in their place. */
  mended?: number;
  /** What it was called. */
  name: string;
  /** Lines refused or without a place in time, at most 100: number, field, rule. */
  refused: ([number, string, string])[];
  scored?: Scored | null;
  /** Acts by log. */
  sources: Record<string, number>;
  /** Names of acts without a verb: log, name, count; the 200 most frequent. */
  unknown_acts: ([string, string, number])[];
  /** Fields without a place: log, name, count; the 200 most frequent. */
  unknown_fields: ([string, string, number])[];
  /** Unknown names, of fields and acts, that are not among those; beyond some thousands, how often such came. */
  unknown_left_out?: number;
};

/** How much of the answers fixes changed. */
export type FixSize = {
  /** Fixes it rests on. */
  fixes: number;
  /** The mean share of an answer that a fix changed: of texts the words, of other answers the parts. 0 to 1, with its 95 % interval. */
  mean: Estimate;
};

/** Why a task was skipped or flagged. */
export type FlagSent = {
  /** When, RFC 3339. */
  at: string;
  /** In the member's own words. */
  comment?: string | null;
  /** Its id. */
  id: string;
  /** `skip` or `flag`. */
  kind: string;
  /** A word of the product's list. */
  reason: string;
  /** When somebody settled it, RFC 3339. */
  resolved_at?: string | null;
  /** Which task. */
  task: string;
};

/** Agreement on marked passages as marks: where they are and what they are, everybody's aligned at once. */
export type GammaFigures = {
  /** Gamma: 1 is perfect agreement, 0 what chance would give; the interval is over texts. */
  gamma: Estimate;
  /** Texts that were left out, at random or because they hold very many marks, since to align them would take too long. */
  left_out: number;
  /** Of the texts, those whose alignment is not proven to be the best, since too many people marked them all over each other: it may make gamma a little too low. */
  near?: number;
  /** Share of the shuffled texts, by which chance is reckoned, of which the same is true: it may make gamma a little too high. 0 to 1. */
  near_by_chance?: number;
  /** Texts it rests on. */
  texts: number;
};

/** What is known of the gap. */
export type GapClosing = {
  /** Each kind of what was lost, once it was looked at and what is known of it is entered: `exposures`, `walls`, `grants` (also those that ended), `holds` and `terms` (cool-off, declarations, standing rule) of a client; `members` (who left, was suspended or merged since), `erasures`, `conflicts`, `ties` and `budgets` of the installation. */
  entered: string[];
  /** Who was sent something of the client in it, as far as the client and others know. They count from now on. */
  exposures?: ExposureEntered[];
  /** From what that is known. */
  reason: string;
};

/** A gap that is open. */
export type GapListed = {
  /** Whether one person runs this installation and the client has nobody of its own: then what was asked is confirmed at the machine, by `vouchsafe ledger close-gap`. */
  alone: boolean;
  /** When the last entry was recorded that is left, RFC 3339: what is gone came after it. */
  kept_until?: string | null;
  /** Of which ledger: a client's id, or `installation`. */
  ledger: string;
  /** How many entries were known and are gone; null where no number is known. */
  lost?: number | null;
  /** The request that waits for a second person. */
  request?: string | null;
  /** Since when the database goes on after the restore, RFC 3339. */
  since: string;
  /** What has to be looked at and entered again. */
  to_enter: string[];
};

/** Answers to items with a known answer. */
export type GoldScore = {
  /** Right ones. */
  right: number;
  /** The share with its exact interval. */
  share: Estimate;
  /** All. */
  total: number;
};

/** A grant into a client. */
export type GrantListed = {
  /** When a second person confirmed it, RFC 3339. */
  confirmed_at?: string | null;
  /** Its id. */
  id: string;
  /** Whose. */
  member: string;
  /** His name. */
  name: string;
  /** When, RFC 3339. */
  proposed_at: string;
  /** The account that proposed it. */
  proposed_by: string;
  /** His role. */
  role: string;
  /** `proposed` or `confirmed`. */
  state: string;
};

/** A guideline as it is sent. */
export type GuidelineSent = {
  /** Whether the caller acknowledged this version. */
  acknowledged: boolean;
  /** Markdown. */
  text: string;
  /** Its version, from 1. */
  version: number;
};

/** A reviewer's judgement of answers of which it is known whether they are right. */
export type HiddenScore = {
  /** Right answers that were not. */
  false_alarms: number;
  /** Wrong answers that were accepted. */
  missed: number;
  /** Right answers accepted, and wrong ones fixed or returned. */
  right: number;
  /** The share with its exact interval. */
  share: Estimate;
  /** Right ones, and all, that were judged before the last midnight (UTC): what the reviewer himself is told of. */
  told: [number, number];
  /** All. */
  total: number;
};

/** A hold as a list shows it. */
export type HoldListed = {
  /** Its id. */
  id: string;
  /** When, RFC 3339. */
  placed_at: string;
  /** The account that placed it. */
  placed_by: string;
  /** One project; null for the whole client. */
  project?: string | null;
  /** Why. */
  reason: string;
  /** When, RFC 3339; null while it holds. */
  released_at?: string | null;
  /** The account that released it. */
  released_by?: string | null;
};

/** A member's home. */
export type Home = {
  /** `{assignment, project, step, purpose, number, begun_at, draft_at, lapses_at}` under a lease: `number` is the member's how-manieth of the project, `draft_at` when his draft was last saved, or null. */
  open: unknown[];
  /** `{id, name, client: {id, code_name, colour}, state, guideline_version, tasks, standing, course}` by project; `standing` is `probation` or `paused`, and null where he is active; `course` is `{state, attempt, done, tasks}` where it is one. */
  projects: unknown[];
  /** `{annotation, assignment, project, state, at}`, newest first. */
  recent: unknown[];
  /** `{assignment, project, at, lapses_at, reasons, comment}` that came back: when, and until when it is its author's. */
  returned: unknown[];
  /** The server's clock at the answer, RFC 3339. */
  server_now: string;
  /** `{submitted, active_ms}` since midnight UTC. */
  today: unknown;
  /** `{assignment, project, number, begun_at, draft_at, ended_at}` of begun work whose lease ended with a draft kept, newest first: it may be taken up while nobody else has it. */
  unfinished: unknown[];
};

/** What became of an import so far. */
export type ImportReport = {
  /** Rows that are tasks now. */
  accepted: number;
  /** Rows that were there before, with the same content. */
  already_there: number;
  /** The batch's id. */
  batch: string;
  /** The first refused lines. */
  refused: Refused[];
  /** All refused lines. */
  refused_total: number;
};

/** A tie. */
export type InterestListed = {
  /** When it was declared, RFC 3339. */
  declared_at: string;
  /** Its id. */
  id: string;
  /** `employer`, `equity` or `commission`. */
  kind: string;
  /** What it is called. */
  name: string;
  /** To whom. */
  organisation: string;
  /** Whether he declared it himself: then he may say that it ended. */
  own: boolean;
  /** What is known about it. */
  reason: string;
  /** When it ended or will. */
  until?: string | null;
};

/** An inventory, a page of it. */
export type InventorySent = EntriesSent & {
  /** Other acts of his. */
  acts: number;
  /** Uses of keys, backups, restores, holds, broken glass and starts of the server: ways on which content may have left without any person's name. Their entries are those of kind `beside`. */
  beside: number;
  /** Decisions about what he asked for. */
  decisions: number;
  /** How often content that had been sent ahead was shown. */
  opened: number;
  /** How this ledger calls the person. */
  person: string;
  /** How often content was sent to him. What is delivered in one piece counts once. */
  sent: number;
  /** Of which times entries of this ledger are lost: what was sent in them is not known, but for what was entered again. */
  unknown: Lost[];
};

/** An invitation as a list shows it; its secret was told once and is not kept. */
export type InvitationListed = {
  /** The account that invited; null at the first start. */
  by?: string | null;
  /** When it was made, RFC 3339. */
  created_at: string;
  /** Whom. */
  email: string;
  /** Until when it stands open, RFC 3339. */
  expires_at: string;
  /** Its id. */
  id: string;
  /** As what. */
  role: string;
  /** `open`, `accepted`, `revoked` or `expired`. */
  state: string;
};

/** What the invited sees before he joins. */
export type InvitationSent = {
  /** Whether a second factor is needed. */
  code_required: boolean;
  /** His address. */
  email: string;
  /** As what. */
  role: string;
  /** `{secret, uri}` for his authenticator, or null. */
  totp: unknown;
};

/** Whom to invite as what. */
export type Invite = {
  /** Address. */
  email: string;
  /** `admin`, `operator`, `custodian`, `reviewer`, `expert` or `observer`. */
  role: string;
};

/** An invitation that was made. Its secret is told once. */
export type Invited = {
  /** Its id. */
  id: string;
  /** For the link `/invitation/<secret>`. */
  secret: string;
};

/** How he joins. */
export type Join = {
  /** A code of his authenticator, where one is needed. */
  code?: string | null;
  /** As he wants to be called. */
  name: string;
  /** At least 12 characters. */
  password: string;
};

/** What is known of a model that answered beside people. */
export type JudgeFigures = {
  /** By question: the chance that an answer is right, measured by a consensus made without this model, as of people. */
  ability: Record<string, Ability>;
  /** Its answers to what people answered too: tasks, or parts of them. */
  answers: number;
  /** By question: what it takes for what. Absent below ten answers. */
  confusion: Record<string, PersonConfusion>;
  gold?: GoldScore | null;
  /** Its name, as the tasks have it. */
  judge: string;
  /** By question that is answered with numbers or grades: whether its answers run high, and how far they scatter, as of people. */
  numbers?: Record<string, NumberHabit>;
};

/** What a reviewer sees once he has judged. */
export type Judged = {
  /** The answer he judged, as its author submitted it, with his own verdict. */
  judged: AnnotationSent;
  /** What others answered to the same task. An answer that still waits for a judgement, perhaps his, is left out. */
  others: AnnotationSent[];
};

/** Where a key comes from. */
export type KeyFrom = {
  /** `file`, `env` or `command`. */
  source: string;
  /** Its name there. */
  value: string;
};

/** A public key, to pin. */
export type KeyListed = {
  /** Signed hand-overs from earlier keys of this purpose, oldest first: whoever pinned one of those may follow. Empty when there were none. */
  handovers: string;
  /** 32 hex digits, as a signature names it. */
  id: string;
  /** One line: `vouchsafe:release:ed25519:…`. */
  public: string;
  /** What it signs: `release` or `checkpoint`; `receipt` or `bundle` where there is such a key. */
  purpose: string;
};

/** A person, or a gold task, whose answers are right more often from some moment on than the people behind them are elsewhere. */
export type LeakFigures = {
  /** Answers from then on. */
  answers: number;
  /** Answers before that moment. */
  before: number;
  /** Chance of as much at any moment though nothing went round. */
  chance: number;
  /** How many of them were to be expected right. */
  expected: number;
  /** Whose answers to gold, by pseudonym; null where it is about one task. */
  person?: string | null;
  /** The question. */
  question: string;
  /** Right among them. */
  right: number;
  /** The gold task; null where it is about one person. */
  task?: string | null;
};

/** Whether gold went round. */
export type LeaksFound = {
  /** Those that stand out: where nothing went round, about one report in twenty or fewer shows any. */
  found: LeakFigures[];
  /** People and gold tasks with answers enough to be looked at. */
  looked_at: number;
};

/** How long a lease still holds. */
export type LeaseLeft = {
  /** Its end, RFC 3339. */
  lapses_at: string;
  /** The server's clock, RFC 3339. */
  server_now: string;
};

/** A one-time link. */
export type Link = {
  /** The secret after `/link/`. */
  secret: string;
};

/** A log that was read. */
export type LogListed = {
  /** Acts. */
  acts: number;
  /** Alerts, also those beyond what is kept. */
  alerts: number;
  /** Its size in bytes. */
  bytes: number;
  /** What was found. */
  findings: Findings;
  /** When what was found is forgotten. */
  forget_at: string;
  /** Its id. */
  id: string;
  /** Lines that were not empty. */
  lines: number;
  /** When it was read. */
  read_at: string;
  /** Lines refused. */
  skipped: number;
};

/** Logs that were read. */
export type Logs = {
  /** Newest first. */
  items: LogListed[];
};

/** What somebody decided. */
export type LookDecision = {
  /** Whether he works on as before, with the count begun anew; else his standing stays. */
  restore: boolean;
  /** What is said to him. */
  words: string;
};

/** A second look. */
export type LookSent = {
  /** Since when the standing holds that it is about, RFC 3339. */
  about: string;
  /** What whoever decided says. */
  answer?: string | null;
  /** When, RFC 3339. */
  asked_at: string;
  /** When, RFC 3339. */
  decided_at?: string | null;
  /** Its id. */
  id: string;
  /** Who asks: pseudonym toward the client. */
  person: string;
  /** `upheld` or `restored`; null before. */
  verdict?: string | null;
  /** What he says. */
  words: string;
};

/** What an organisation is that somebody named. */
export type Looked = {
  /** How it is known. */
  reason: string;
  /** Which one it is; without it, none of those that are known. */
  same_as?: string | null;
};

/** A stretch of which a ledger may lack entries: what was sent in it is not known from this ledger, but for what was entered again afterwards. */
export type Lost = {
  /** When the last entry before it was recorded, RFC 3339; null when none is left. */
  after?: string | null;
  /** How many entries are known to be gone; 0 when none is, and those of the last seconds may be all the same. Null where it is not known how many there were. */
  entries?: number | null;
  /** When the database went on from that earlier state, RFC 3339. */
  until: string;
};

/** Something was made. */
export type Made = {
  /** Its id. */
  id: string;
};

/** What token to make. */
export type MakeToken = {
  /** The only client it opens. Such a token does nothing to the installation. */
  client?: string | null;
  /** Days until it ends, 1 to 366. */
  days: number;
  /** What its owner calls it. */
  name: string;
  /** What it may do of what its owner may: `read`, `work`, `operate`, `releases`, `custody`, `access`; without it `all`. */
  scopes?: string[];
};

/** A row: one account. */
export type MatrixRow = {
  /** One for each client, in order. */
  cells: Cell[];
  /** The account. */
  member: string;
  /** His name. */
  name: string;
  /** His role. */
  role: string;
};

/** Who is signed in. */
export type Me = {
  /** The clients he was granted. */
  clients: ClientFace[];
  /** His address. */
  email: string;
  /** The account. */
  member: string;
  /** His name. */
  name: string;
  /** Whether one person may be admin and custodian here. */
  one_person_installation: boolean;
  /** The human. */
  person: string;
  /** What he is here. */
  role: string;
};

/** An account as a list shows it. */
export type MemberListed = {
  /** When the account came to be. */
  created_at: string;
  /** His address; only admins are sent it. */
  email?: string | null;
  /** Its id. */
  id: string;
  /** His name. */
  name: string;
  /** What he is. */
  role: string;
  /** When it was suspended. */
  suspended_at?: string | null;
};

/** What merging did. */
export type Merged = {
  /** Organisations in conflict that he stands on both sides of, now that he is one, and did not before. */
  exposed_to_both: ExposedToBoth[];
  /** Leases that ended. */
  leases_ended: number;
  /** All accounts of the one human. */
  members: string[];
};

/** A method, and what known answers say of it. */
export type MethodFigures = {
  /** Share of the known items whose most probable class is right. */
  accuracy: number;
  /** Mean log score over the known items, each at a temperature fitted on others: nats, at most 0. */
  log_score: number;
  /** Its name. */
  method: string;
  /** Its temperature. */
  temperature: number;
  /** How much of the blend it is, 0 to 1; all together are 1. */
  weight: number;
};

/** What the model says of the answers to one question. */
export type ModelFigures = {
  /** How far probabilities that tasks get between this report and the next lie from a full fit, on average, seen on tasks of this one; null where they get none. */
  between?: number | null;
  /** Per true class (by the model), the share of answers that named each class. */
  confusion: number[][];
  /** The least certain items, most uncertain first, at most 50. */
  contested: Contested[];
  /** Items that adjudicators decided: taken as known for method and calibration, and no part of the errors below, since they were chosen for being doubtful. */
  decided?: number;
  differ?: DifferFigures | null;
  expected_error?: Estimate | null;
  /** Gold items it was measured on. */
  gold: number;
  gold_error?: Estimate | null;
  /** The method that gave the probabilities. */
  method: string;
  /** Where known answers weighed methods: what they say of each, those first that weigh most. */
  methods?: MethodFigures[];
  /** The seed it ran with. */
  seed: number;
  sets?: SetFigures | null;
  /** Temperature at which the probabilities fit gold; null without gold, and for a blend, whose parts have their own. */
  temperature?: number | null;
  /** Whether gold or decisions confirmed the probabilities. If not they are model-based and not verified. */
  verified: boolean;
  /** Version of its code. */
  version: number;
  /** The expected error after one, two, … more answers to each item by an average member. */
  with_more: number[];
};

/** What came of it. */
export type Moved = {
  /** How many tasks have another priority now. */
  moved: number;
};

/** A new version of an agreement. */
export type NewAgreement = {
  /** Markdown. */
  text: string;
};

/** Answers to submit. */
export type NewAnnotation = {
  /** Milliseconds of work. */
  active_ms?: number;
  /** By question. */
  answers: unknown;
};

/** What to take. */
export type NewAssignment = {
  /** `work` (default) or `prefetch`. */
  purpose?: string | null;
  /** `label` (default), `review` or `adjudicate`. */
  step?: string | null;
};

/** A budget to be set. */
export type NewBudget = {
  /** Within a day. */
  day: number;
  /** Items within an hour. */
  hour: number;
  /** Or of one account. */
  member?: string | null;
  /** Within 30 days. */
  month: number;
  /** Of a role by its word. */
  role?: string | null;
};

/** A client to be made. */
export type NewClient = {
  /** Shown to whoever is outside, such as HERON. */
  code_name: string;
  /** Index into the palette, 0 to 7. */
  colour?: number;
  /** `{"source": "file" | "env" | "command", "value": name}`; see the administrator's key directory. */
  key: Record<string, unknown>;
  /** The organisation's name. */
  name: string;
  /** Whether what others order goes without two approvals, by the word of whoever says so now. */
  standing_approval?: boolean;
};

/** A conflict to be declared: a pair, a class, or a holding. */
export type NewConflict = {
  /** An organisation; of a holding, the owner. */
  a: string;
  /** The other; of a holding, what it owns a part of. */
  b?: string | null;
  /** In place of `b`: all that are in this class are in conflict with each other. */
  class?: string | null;
  /** Why. */
  reason: string;
  /** With `b`: the share owned, 0 to 1. From 0.2 on what is owned inherits its owner's conflicts. */
  share?: number | null;
};

/** Up to where somebody has checked a ledger. */
export type NewFollower = {
  /** Its root, in hex. */
  root: string;
  /** Entries of the head he checked. */
  size: number;
};

/** For whom. */
export type NewGrant = {
  /** The account. */
  member: string;
};

/** A new version of a guideline. */
export type NewGuideline = {
  /** Markdown. */
  text: string;
};

/** What is to be preserved, and why. */
export type NewHold = {
  /** One project; without it the whole client. */
  project?: string | null;
  /** Why, in words. */
  reason: string;
};

/** A tie to be declared. */
export type NewInterest = {
  /** `employer`, `equity` or `commission`. */
  kind: string;
  /** What it is called, in place of its id. */
  name?: string | null;
  /** To which organisation; or its name, when it is not known yet. */
  organisation?: string | null;
  /** What is to be known about it. */
  reason: string;
  /** When it ends or ended, RFC 3339. */
  until?: string | null;
};

/** Why he asks. */
export type NewLook = {
  /** In his own words. */
  words: string;
};

/** Which two. */
export type NewMerge = {
  /** An account of one. */
  member: string;
  /** How it is known. */
  reason: string;
  /** An account of the other. */
  same_as: string;
};

/** Notice. */
export type NewNotice = {
  /** The moment everything ends, RFC 3339; null takes the notice back. */
  last_day?: string | null;
};

/** An organisation to be entered. Clients are organisations by themselves. */
export type NewOrganisation = {
  /** `owner`, `employer` or `vendor`. */
  kind: string;
  /** What it is called. */
  name: string;
};

/** The pipeline as it is asked for. */
export type NewPipeline = {
  adjudicate?: Adjudicate | null;
  /** Share of assignments that are gold, 0 to 1; 0. */
  gold_rate?: number | null;
  /** Length of a lease in minutes, 1 to 10,080; 30. */
  lease_minutes?: number | null;
  /** Leases one member may hold at once, 1 to 50; 3. */
  open_leases?: number | null;
  /** People on each task, 1 to 100; 1. */
  overlap?: number | null;
  /** Assignments one member may take an hour, 1 to 100,000; 1,000. */
  per_hour?: number | null;
  price?: AskedPrice | null;
  /** `author` or `another`; `author`. */
  return_to?: string | null;
  /** Share of annotations reviewed, 0 to 1; 0. */
  review_rate?: number | null;
  /** Share of answers to gold that a reviewer judges among others, which changes nothing and measures him; 0 to 1; 0. */
  reviewed_gold_rate?: number | null;
  /** Share of decided annotations that somebody else judges once more, blind, which changes nothing and measures reviewers; 0 to 1; 0. */
  second_review_rate?: number | null;
  until?: AskUntil | null;
};

/** A schema and a row to try it on. */
export type NewPreview = {
  /** The client's row; without it the schema alone is checked. */
  row?: unknown;
  /** A project template. */
  schema: unknown;
};

/** Which tasks get which priority: either some by name or a whole batch. */
export type NewPriority = {
  /** A batch. */
  batch?: string | null;
  /** 0 to 9; higher is given out first. */
  priority: number;
  /** Tasks by id, at most 1,000. */
  tasks?: string[];
};

/** A project as it is asked for. What is left out is taken from the schema's template, else from the defaults. */
export type NewProject = {
  /** Whether content may be copied out of the browser. */
  copy_allowed?: boolean;
  /** Markdown. */
  guideline: string;
  /** Its name; sealed. */
  name: string;
  /** How work goes through it. */
  pipeline?: NewPipeline;
  /** Who may work: an eligibility rule; `{}` is every expert. */
  pool?: unknown;
  /** A project template: fields, questions, distribution, export. */
  schema: unknown;
};

/** A release as it is asked for. */
export type NewRelease = {
  /** `full`, `trl_preference`, `trl_prompt_completion`, `trl_messages`; when empty `full` and what the schema's `export` names. */
  formats?: string[];
  /** What the client calls it; sealed. Its title in the dataset card. */
  name?: string | null;
  /** `{style, drop_ties, tie_label, prompt, completion}`; each has a default, `drop_ties` that of the schema's `export`. */
  options?: Record<string, unknown> | null;
};

/** Why a decision shall be made anew. */
export type NewReopening = {
  /** In the member's own words. Kept with the decision; whoever decides anew is not sent it. */
  reason: string;
};

/** Something to be asked for. */
export type NewRequest = {
  /** Of a budget: items, 1 to 100,000. */
  amount?: number | null;
  /** In which client: of a waiver, the side of the one who asks. */
  client?: string | null;
  /** `waiver`, `break_glass`, `budget`, `end_conflict`, `lift_wall` or `contest`. */
  kind: string;
  /** For which account; own when left out. */
  member?: string | null;
  /** Of a waiver the other side, or the conflict between the two, for whom that side is nameless; else the conflict or wall that is to end. */
  other?: string | null;
  /** Of a waiver, whom by the pseudonym of the client, `p-…`, in place of an account. */
  person?: string | null;
  /** The purpose. */
  reason: string;
  /** Until when, RFC 3339. */
  until?: string | null;
};

/** A new version of a schema. */
export type NewSchema = {
  /** A project template: fields, questions, distribution, export. */
  schema: unknown;
};

/** A decision on a case. */
export type NewVerdict = {
  /** Why. */
  reason: string;
  /** `true`: something was taken that should not have been. `benign`: there is a good reason. */
  verdict: string;
};

/** Whom to shut out. */
export type NewWall = {
  /** A pseudonym of this client, `p-…`, or the id of an account. */
  person: string;
  /** Why. */
  reason: string;
};

/** How far off the consensus of a question is that is answered with numbers, with grades, or with points. Errors are absolute ones, in the unit of the answers. */
export type NumberFigures = {
  /** The items whose consensus is expected to be furthest off, at most 50. */
  contested: ContestedNumber[];
  /** Items that adjudicators decided: they speak of people and methods, not of errors and intervals, since they were chosen for being doubtful. */
  decided: number;
  expected_error?: Estimate | null;
  /** Gold items it was measured on. */
  gold: number;
  gold_error?: Estimate | null;
  gold_outside?: Estimate | null;
  /** Certainty of the intervals. */
  level: number;
  /** The model behind intervals and errors. */
  method: string;
  /** Of a number or of points in part, how far off each method is on what is known, those first that are least; empty where nothing is, and of grades. */
  methods: NumberMethod[];
  outside?: Estimate | null;
  /** The seed it ran with. */
  seed: number;
  /** How far off a number may be and still be right, by the schema; null where it does not say. */
  tolerance?: number | null;
  /** Whether gold confirmed the intervals. If not they are model-based and not verified. */
  verified: boolean;
  /** Version of its code. */
  version: number;
  /** By how much gold moved either end of them outward (below 0 inward), of points as a share of what a criterion is worth; null with less than 30 gold items, and of grades, whose probabilities are scaled by gold. */
  widened_by?: number | null;
};

/** How somebody answers with numbers, or with grades; in their unit. */
export type NumberHabit = {
  /** Answers both rest on: those that others answered too, or whose number is known. */
  answers: number;
  /** How far above the others, or above what is known, on average, measured by numbers found without this person. */
  bias: Estimate;
  /** Gold items answered. */
  gold: number;
  gold_error?: Estimate | null;
  /** Of them known. */
  known: number;
  /** How far answers scatter around that: a standard deviation. */
  spread: Estimate;
};

/** What is known says of a method. */
export type NumberMethod = {
  /** Mean absolute error on the known items; of points as a share of what a criterion is worth. */
  error: number;
  /** Its name. */
  method: string;
};

/** What is destroyed, typed by whoever orders it. */
export type OrderDestruction = {
  /** The client's code name. */
  code_name: string;
};

/** What ordering answers. */
export type Ordered = {
  /** Its id. */
  id: string;
  /** `building`. */
  state: string;
  /** Within the project, from 1. */
  version: number;
};

/** A wall ordered about a person. */
export type OrderedListed = {
  /** Around which client. */
  client: string;
  /** Its id. */
  id: string;
  /** When it was lifted. */
  lifted_at?: string | null;
  /** When, RFC 3339. */
  ordered_at: string;
  /** Why. */
  reason: string;
};

/** An organisation as a list shows it. */
export type OrganisationListed = {
  /** Which organisations a tie to it counts for as well, since they are called the same or a custodian said so; for custodians of the installation. */
  counts_as: string[];
  /** When it was entered, RFC 3339. */
  created_at: string;
  /** Its id; a client's is the client's. */
  id: string;
  /** `client`, `owner`, `employer` or `vendor`. */
  kind: string;
  /** What it is called; a client's code name. */
  name: string;
  /** Whether somebody named it who declared a tie, and no custodian has looked at it; for custodians of the installation. */
  unlooked: boolean;
};

/** What an erasure reached. */
export type OutsideErased = {
  /** How many cases named the person. What was learned of him, and reports of logs, are reached too. */
  cases: number;
};

/** Whom to erase who has no account here. */
export type OutsideErasure = {
  /** The address, or what else the logs call him. */
  address: string;
};

/** One revision of one's own answers. */
export type OwnAnswer = {
  /** Milliseconds of work. */
  active_ms: number;
  /** Its id. */
  annotation: string;
  /** By question. */
  answers: unknown;
  /** `{reasons, comment, at}` where a reviewer gave it back, else null. */
  returned: unknown;
  /** From 1. */
  revision: number;
  /** When, RFC 3339. */
  submitted_at: string;
};

/** A measure that stands against the reader. */
export type OwnCase = {
  /** Whether it is contested. */
  contested: boolean;
  /** Its id. */
  id: string;
  /** When it ended. */
  lifted_at?: string | null;
  /** `narrowed` or `suspended`. */
  measure: string;
  /** When it began. */
  opened_at: string;
};

/** Measures that stand or stood against oneself. */
export type OwnCases = {
  /** Newest first. */
  items: OwnCase[];
};

/** A client one was sent something of. */
export type OwnClient = {
  /** Its code name. */
  code_name: string;
  /** First sent, RFC 3339. */
  first_at: string;
  /** Last sent no later than this, to the hour. */
  last_at?: string | null;
};

/** A conflict, toward one of the clients that it concerns. */
export type OwnConflict = {
  /** When it was declared, RFC 3339. */
  declared_at: string;
  /** When it ended. */
  ended_at?: string | null;
  /** Its id. */
  id: string;
  /** `pair`, `class` or `share`. */
  kind: string;
  /** Whether the edge names this client: then its own people may ask that it end, and have a word in it. */
  named: boolean;
};

/** How somebody stands in a course. */
export type OwnCourse = {
  /** The attempt under way, from 1; null where none is. */
  attempt?: number | null;
  /** Attempts that were graded, newest first. */
  attempts: AttemptSent[];
  /** Whose course it is. */
  client: ClientFace;
  /** What it asks. */
  course: CourseSaid;
  /** Tasks of it that he answered. */
  done: number;
  /** Tasks that he has and did not answer yet. */
  held: string[];
  /** `go_on`, `held` (what is left of the attempt he has already), `waits` (for its grade), `passed` or `spent`. */
  state: string;
};

/** What is recorded about oneself. Clients that are closed are not named. */
export type OwnCustody = {
  /** What one may take and took, in this account. */
  budget: BudgetStanding;
  /** Clients one was sent something of and that are open. */
  clients: OwnClient[];
  /** Why something is closed, each reason once: `exposure`, `interest`, `ordered`, `leaving`. */
  closed: string[];
  /** What one declared. */
  interests: InterestListed[];
  /** When one leaves, RFC 3339. */
  last_day?: string | null;
  /** What one asked and what was decided. */
  requests: RequestListed[];
};

/** What a reviewer is told of how he reviews. Rounded outward to whole twentieths and a day late, so that it does not tell which of what he judged was gold. */
export type OwnReviewing = {
  /** Lower end of the 95 % interval of the share of gold he judged rightly, in percent; null below ten judgements. */
  right_from?: number | null;
  /** Upper end, in percent. */
  right_to?: number | null;
};

/** How an expert stands, as he is shown it. */
export type OwnStanding = {
  asked?: BarsSaid | null;
  /** What would change it. */
  changes: string;
  /** Whose project it is. */
  client: ClientFace;
  /** Whether he may ask for one now. */
  may_ask: boolean;
  /** What it means for his work. */
  means: string;
  measured?: Told | null;
  /** What the project is called. */
  project: string;
  /** Why, in words. No task is named. */
  reasons: string[];
  second_look?: LookSent | null;
  /** Since when, RFC 3339; null where he always was active. */
  since?: string | null;
  /** `active`, `probation` or `paused`. */
  state: string;
  /** When a pause ends, RFC 3339. */
  until?: string | null;
};

/** A page and where the next begins. */
export type Page_AgreementListed = {
  /** The rows. */
  items: {
    /** The account that wrote it. */
    by: string;
    /** When, RFC 3339. */
    created_at: string;
    /** How many people signed it. */
    signed: number;
    /** From 1. */
    version: number;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_AnnotationListed = {
  /** The rows. */
  items: {
    /** Milliseconds of work. */
    active_ms: number;
    /** The author's pseudonym toward this client. */
    author: string;
    /** When somebody decided it, RFC 3339. */
    decided_at?: string | null;
    /** Whether that task is gold. */
    gold: boolean;
    /** Its id. */
    id: string;
    /** Which revision. */
    revision: number;
    /** `in_review`, `accepted`, `fixed`, `returned`, `late` or `superseded`. */
    state: string;
    /** When it came, RFC 3339. */
    submitted_at: string;
    /** Of which task. */
    task: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_BatchSent = {
  /** The rows. */
  items: {
    /** Rows that became tasks. */
    accepted: number;
    /** When it came, RFC 3339. */
    at: string;
    /** Its id. */
    id: string;
    /** Its name; null when it was given none. */
    name?: string | null;
    /** Rows that were refused. */
    refused: number;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_CaseListed = {
  /** The rows. */
  items: {
    /** When the act was that tipped it. */
    act_at: string;
    /** When a person decided. */
    decided_at?: string | null;
    /** When a case from outside logs is forgotten. */
    forget_at?: string | null;
    /** Its id. */
    id: string;
    /** How many items were taken. */
    items: number;
    /** When that ended. */
    lifted_at?: string | null;
    /** What it did at once: `none`, `narrowed` or `suspended`. */
    measure: string;
    /** When it was opened. */
    opened_at: string;
    /** Pseudonym of whom it is about. */
    person: string;
    /** Sentences, the weightiest first. */
    reasons: string[];
    /** How many alerts of rules it holds. */
    rules: number;
    /** Its score, in nats: by how much the day is less likely than usual. */
    score: number;
    /** The outside logs it is from; null if it is from what this server sent. */
    source?: string | null;
    /** `open`, `contested`, `true` or `benign`. */
    state: string;
    /** What the score had to reach. */
    threshold: number;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_ClientListed = {
  /** The rows. */
  items: {
    /** Shown to whoever is outside. */
    code_name: string;
    /** Index into the palette. */
    colour: number;
    /** Its id. */
    id: string;
    /** `available`, `withdrawn` or `destroyed`. */
    key_state: string;
    /** Its name; only for those inside and admins. */
    name: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_ConflictListed = {
  /** The rows. */
  items: {
    /** An organisation. */
    a: string;
    /** The other. */
    b?: string | null;
    /** The class. */
    class?: string | null;
    /** When, RFC 3339. */
    declared_at: string;
    /** By which member. */
    declared_by: string;
    /** When it ended. */
    ended_at?: string | null;
    /** Its id. */
    id: string;
    /** `pair`, `class` or `share`. */
    kind: string;
    /** Why. */
    reason: string;
    /** The share owned, 0 to 1. */
    share?: number | null;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_DepartureSent = {
  /** The rows. */
  items: {
    /** How many persons approved it. */
    approvals: number;
    /** How many must; none where the client has a standing rule. */
    approvals_needed: number;
    /** Whether the caller's person is among them. */
    approved_by_me: boolean;
    /** When its folder was whole. */
    built_at?: string | null;
    /** Size of all files together, once built; the ledger comes on top. */
    bytes?: number | null;
    /** Its client. */
    client: string;
    /** When it failed, was taken back or was over. */
    ended_at?: string | null;
    /** Why it failed: `disk_full`, `disk_failed`, `key_withdrawn`, `unreadable`, `broken_off` or `failed`. */
    failure?: string | null;
    /** The same in words, with what to do. */
    failure_detail?: string | null;
    /** Once built, its files. */
    files?: DepartureFile[] | null;
    /** Its id. */
    id: string;
    /** SHA-256 of its manifest, in hex: what an approval names. */
    manifest_sha256?: string | null;
    /** When. */
    ordered_at: string;
    /** Who ordered it. */
    ordered_by: string;
    /** `building`, `built`, `approved`, `failed` or `ended`. */
    state: string;
    /** Tasks in it; so far, while it is built. */
    tasks?: number | null;
    /** Until when it may be approved and fetched. */
    until?: string | null;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_FlagSent = {
  /** The rows. */
  items: {
    /** When, RFC 3339. */
    at: string;
    /** In the member's own words. */
    comment?: string | null;
    /** Its id. */
    id: string;
    /** `skip` or `flag`. */
    kind: string;
    /** A word of the product's list. */
    reason: string;
    /** When somebody settled it, RFC 3339. */
    resolved_at?: string | null;
    /** Which task. */
    task: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_GapListed = {
  /** The rows. */
  items: {
    /** Whether one person runs this installation and the client has nobody of its own: then what was asked is confirmed at the machine, by `vouchsafe ledger close-gap`. */
    alone: boolean;
    /** When the last entry was recorded that is left, RFC 3339: what is gone came after it. */
    kept_until?: string | null;
    /** Of which ledger: a client's id, or `installation`. */
    ledger: string;
    /** How many entries were known and are gone; null where no number is known. */
    lost?: number | null;
    /** The request that waits for a second person. */
    request?: string | null;
    /** Since when the database goes on after the restore, RFC 3339. */
    since: string;
    /** What has to be looked at and entered again. */
    to_enter: string[];
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_GrantListed = {
  /** The rows. */
  items: {
    /** When a second person confirmed it, RFC 3339. */
    confirmed_at?: string | null;
    /** Its id. */
    id: string;
    /** Whose. */
    member: string;
    /** His name. */
    name: string;
    /** When, RFC 3339. */
    proposed_at: string;
    /** The account that proposed it. */
    proposed_by: string;
    /** His role. */
    role: string;
    /** `proposed` or `confirmed`. */
    state: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_HoldListed = {
  /** The rows. */
  items: {
    /** Its id. */
    id: string;
    /** When, RFC 3339. */
    placed_at: string;
    /** The account that placed it. */
    placed_by: string;
    /** One project; null for the whole client. */
    project?: string | null;
    /** Why. */
    reason: string;
    /** When, RFC 3339; null while it holds. */
    released_at?: string | null;
    /** The account that released it. */
    released_by?: string | null;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_InvitationListed = {
  /** The rows. */
  items: {
    /** The account that invited; null at the first start. */
    by?: string | null;
    /** When it was made, RFC 3339. */
    created_at: string;
    /** Whom. */
    email: string;
    /** Until when it stands open, RFC 3339. */
    expires_at: string;
    /** Its id. */
    id: string;
    /** As what. */
    role: string;
    /** `open`, `accepted`, `revoked` or `expired`. */
    state: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_KeyListed = {
  /** The rows. */
  items: {
    /** Signed hand-overs from earlier keys of this purpose, oldest first: whoever pinned one of those may follow. Empty when there were none. */
    handovers: string;
    /** 32 hex digits, as a signature names it. */
    id: string;
    /** One line: `vouchsafe:release:ed25519:…`. */
    public: string;
    /** What it signs: `release` or `checkpoint`; `receipt` or `bundle` where there is such a key. */
    purpose: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_MemberListed = {
  /** The rows. */
  items: {
    /** When the account came to be. */
    created_at: string;
    /** His address; only admins are sent it. */
    email?: string | null;
    /** Its id. */
    id: string;
    /** His name. */
    name: string;
    /** What he is. */
    role: string;
    /** When it was suspended. */
    suspended_at?: string | null;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_OrganisationListed = {
  /** The rows. */
  items: {
    /** Which organisations a tie to it counts for as well, since they are called the same or a custodian said so; for custodians of the installation. */
    counts_as: string[];
    /** When it was entered, RFC 3339. */
    created_at: string;
    /** Its id; a client's is the client's. */
    id: string;
    /** `client`, `owner`, `employer` or `vendor`. */
    kind: string;
    /** What it is called; a client's code name. */
    name: string;
    /** Whether somebody named it who declared a tie, and no custodian has looked at it; for custodians of the installation. */
    unlooked: boolean;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_PersonListed = {
  /** The rows. */
  items: {
    /** Whether he acknowledged the newest guideline. */
    acknowledged: boolean;
    /** Fields of work, as he says. */
    domains: string[];
    /** Whether he may work here now. */
    eligible: boolean;
    /** Whether he was let into the client by name, as reviewers are. */
    granted: boolean;
    /** Languages, as he says. */
    languages: string[];
    /** The account. */
    member: string;
    /** What keeps him out, in words. */
    missing: string[];
    /** His name. */
    name: string;
    /** Leases he holds. */
    open_leases: number;
    /** `expert` or `reviewer`. */
    role: string;
    /** When the account was suspended, RFC 3339. */
    suspended_at?: string | null;
    /** Tasks he took so far. */
    taken: number;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_ProjectListed = {
  /** The rows. */
  items: {
    /** `{id, code_name, colour}`. */
    client: unknown;
    /** Whether it is a qualification course. */
    course: boolean;
    /** Its id. */
    id: string;
    /** Its name. */
    name: string;
    /** `open`, `paused` or `closed`. */
    state: string;
    /** Tasks by state, gold left out. */
    tasks: Record<string, unknown>;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_ReleaseSent = {
  /** The rows. */
  items: {
    /** Who approved, oldest first. */
    approvals: ApprovalSent[];
    /** How many persons must. */
    approvals_needed: number;
    /** Whether the caller's person is among them. */
    approved_by_me: boolean;
    /** When its folder was whole. */
    built_at?: string | null;
    /** Size of all files together, once built. */
    bytes?: number | null;
    /** When its files were opened for fetching. */
    delivered_at?: string | null;
    /** When its build was given up. */
    failed_at?: string | null;
    /** Why: `nothing_to_release`, `disk_full`, `disk_failed`, `key_withdrawn`, `task_unreadable`, `not_exportable`, `broken_off` or `failed`. */
    failure?: string | null;
    /** The reason in words, with what to do. */
    failure_detail?: string | null;
    /** Once built, the files; null for custodians. */
    files?: FileListed[] | null;
    /** Formats asked for; null for custodians. */
    formats?: string[] | null;
    /** Its id. */
    id: string;
    /** Once built: counts, steps, quality, schema and guideline versions, pipeline, key; null for custodians. */
    manifest: unknown;
    /** What the client calls it; null without one, and for custodians. */
    name?: string | null;
    /** When. */
    ordered_at: string;
    /** Who ordered it. */
    ordered_by: string;
    /** Its project. */
    project: string;
    /** `building`, `built`, `approved`, `delivered` or `failed`. */
    state: string;
    /** Tasks in it; so far, while it is built. */
    tasks?: number | null;
    /** Within the project, from 1. */
    version: number;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_RequestListed = {
  /** The rows. */
  items: {
    /** Items. */
    amount?: number | null;
    /** What whoever decided said to it. */
    answer?: string | null;
    /** When, RFC 3339. */
    asked_at: string;
    /** Which account asked. */
    asked_by: string;
    /** Who that is, for custodians of the installation and himself. */
    asked_by_name?: string | null;
    /** In which client; null for whom it is closed to. */
    client?: string | null;
    /** When it was decided. */
    decided_at?: string | null;
    /** Its id. */
    id: string;
    /** What is asked for. */
    kind: string;
    /** For which account; null for whom he is a pseudonym. */
    member?: string | null;
    /** Whether the caller may decide it. */
    mine_to_decide: boolean;
    /** The other side, or what is to end. */
    other?: string | null;
    /** Who he is: his name for custodians of the installation and himself, else his pseudonym toward the client. */
    person?: string | null;
    /** The purpose. */
    reason: string;
    /** `open`, `approved` or `refused`. */
    state: string;
    /** Until when, RFC 3339. */
    until?: string | null;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_TaskListed = {
  /** The rows. */
  items: {
    /** Annotations submitted, late ones included. */
    annotations: number;
    /** Its batch. */
    batch: string;
    /** Size of its row in bytes. */
    bytes: number;
    /** When it came, RFC 3339. */
    created_at: string;
    /** When it was done, RFC 3339. */
    done_at?: string | null;
    /** Whether it is gold. */
    gold: boolean;
    /** Its id. */
    id: string;
    /** Free slots; null for gold. */
    open_slots?: number | null;
    /** 0 to 9; null for gold. */
    priority?: number | null;
    /** `open`, `in_review` or `done`. */
    state: string;
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** A page and where the next begins. */
export type Page_TokenListed = {
  /** The rows. */
  items: {
    /** The only client it opens; null for all of its owner's. */
    client?: string | null;
    /** When it was made, RFC 3339. */
    created_at: string;
    /** When it ends, RFC 3339. */
    expires_at: string;
    /** Its id. */
    id: string;
    /** What its owner calls it. */
    name: string;
    /** When it was revoked, RFC 3339. */
    revoked_at?: string | null;
    /** What it may do. */
    scopes: string[];
  }[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
};

/** What somebody answered where each class is true. True is what is known (gold, decisions), or as probable as a consensus made without this person holds it: then one answer counts in part for several classes. */
export type PersonConfusion = {
  /** Answers it rests on. */
  answers: number;
  /** Of them to what is known. */
  known: number;
  /** The pairs confused most, at most 12, where there are more classes. */
  pairs: ConfusedPair[];
  /** Per true class, effective answers that named each class, in the order of the question's classes; empty where there are more than 12. */
  rows: number[][];
};

/** Everything custodians are shown of a person. */
export type PersonCustody = {
  /** His accounts. */
  accounts: Account[];
  /** By client: what he was sent, and whether he may be sent more. */
  clients: ClientStanding[];
  /** Whom he is tied to. */
  interests: InterestListed[];
  /** When he leaves, RFC 3339. */
  last_day?: string | null;
  /** His name. */
  name: string;
  /** What was asked and decided about him. */
  requests: RequestListed[];
  /** Walls ordered about him. */
  walls: OrderedListed[];
};

/** One who was sent something. */
export type PersonExposed = {
  /** First sent, RFC 3339. */
  first_at: string;
  /** Last sent no later than this, to the hour. */
  last_at: string;
  /** His accounts; for custodians of the installation alone. */
  members: string[];
  /** Leased or returned work he holds now. */
  open: number;
  /** His pseudonym toward this client. */
  person: string;
  /** Whether he is shut out now. */
  shut: boolean;
};

/** What is known of one person's work in this project. */
export type PersonFigures = {
  /** By question: the chance that an answer is right, measured by a consensus made without this person. Absent where nobody else answered the same items. */
  ability: Record<string, Ability>;
  /** Annotations. */
  annotations: number;
  changed?: ChangeFigures | null;
  /** By question: what this person takes for what. Absent below ten answers, and where nobody else answered the same items. */
  confusion?: Record<string, PersonConfusion>;
  gold?: GoldScore | null;
  /** Median milliseconds of work on one. */
  median_active_ms: number;
  /** By question that is answered with numbers or grades: whether answers run high, and how far they scatter. */
  numbers?: Record<string, NumberHabit>;
  /** Pseudonym toward the client. */
  person: string;
  reviewed?: Chance | null;
  told?: Told | null;
};

/** Somebody who could work on a project. */
export type PersonListed = {
  /** Whether he acknowledged the newest guideline. */
  acknowledged: boolean;
  /** Fields of work, as he says. */
  domains: string[];
  /** Whether he may work here now. */
  eligible: boolean;
  /** Whether he was let into the client by name, as reviewers are. */
  granted: boolean;
  /** Languages, as he says. */
  languages: string[];
  /** The account. */
  member: string;
  /** What keeps him out, in words. */
  missing: string[];
  /** His name. */
  name: string;
  /** Leases he holds. */
  open_leases: number;
  /** `expert` or `reviewer`. */
  role: string;
  /** When the account was suspended, RFC 3339. */
  suspended_at?: string | null;
  /** Tasks he took so far. */
  taken: number;
};

/** What would be shown. */
export type Preview = {
  /** By field; null without a row. */
  content: unknown;
  /** The order in which items would be shown, by field. */
  presented: unknown;
  /** `{fields, questions}` as a browser is sent it. */
  schema: unknown;
};

/** What answers cost by the project's own price. */
export type PriceFigures = {
  /** In this currency. */
  currency: string;
  /** Price of the answers for each accepted task. */
  per_accepted: number;
  /** Price of one answer, as the project states it. */
  per_answer: number;
};

/** What went wrong, for programs and people. */
export type Problem = {
  /** What happened, what was kept, what to do. */
  detail: string;
  /** Broken rules by path. */
  errors?: FieldError[];
  /** Where the server failed: the id under which it logged that. */
  request_id?: string | null;
  /** Stable word for programs. */
  slug: string;
  /** HTTP status. */
  status: number;
  /** The status in words. */
  title: string;
  /** `urn:vouchsafe:problem:<slug>`. */
  type: string;
};

/** What a person says of himself. */
export type ProfileSaid = {
  /** Degrees. */
  degrees?: DegreeSaid[];
  /** Fields of work. */
  domains?: string[];
  /** Languages as BCP 47 tags, such as `en-GB`. */
  languages?: string[];
};

/** A person's profile with what was verified. */
export type ProfileSent = {
  /** Credentials that were not taken back, newest first. */
  credentials: CredentialSent[];
  /** The account. */
  member: string;
  /** As he said it. */
  profile: ProfileSaid;
};

/** Where a project stands. */
export type Progress = {
  /** Milliseconds of work in all annotations together, every revision counted. */
  active_ms: number;
  /** By question `{share, tasks}`: mean share in agreement over the newest tasks that two or more answered. */
  agreement: Record<string, unknown>;
  /** Annotations by state. */
  annotations: Record<string, unknown>;
  /** Of them by state. */
  by_state: Record<string, unknown>;
  /** Contested tasks that wait for somebody to decide them. */
  contested: number;
  /** `{low, high}`: hours until the wanted ones are there, a 95 % interval; null while too little was seen. */
  eta_hours: unknown;
  /** Flags nobody settled. */
  flags: number;
  /** People who submitted something. */
  people: number;
  /** Annotations per whole hour of the last 7 days, idle hours included; null while too little was seen. */
  per_hour?: number | null;
  /** Tasks given back unanswered. */
  skips: number;
  /** Tasks, gold left out. */
  tasks: number;
  /** Annotations that are still wanted: free slots. */
  wanted: number;
};

/** What changes; what is left out stays. */
export type ProjectChange = {
  /** Whether content may be copied out of the browser. */
  copy_allowed?: boolean | null;
  pipeline?: NewPipeline | null;
  /** Who may work. */
  pool?: unknown;
  /** `open`, `paused` or `closed`. */
  state?: string | null;
};

/** A project in a list. */
export type ProjectListed = {
  /** `{id, code_name, colour}`. */
  client: unknown;
  /** Whether it is a qualification course. */
  course: boolean;
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** `open`, `paused` or `closed`. */
  state: string;
  /** Tasks by state, gold left out. */
  tasks: Record<string, unknown>;
};

/** A project with its settings. */
export type ProjectSent = {
  /** `{id, code_name, colour}`. */
  client: unknown;
  /** Whether content may be copied out of the browser. */
  copy_allowed: boolean;
  /** Version of the newest guideline, from 1. */
  guideline_version: number;
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** `{overlap, review_rate, gold_rate, lease_minutes, return_to, open_leases, per_hour, until, second_review_rate, reviewed_gold_rate}`. */
  pipeline: unknown;
  /** Who may work, as an eligibility rule; null for an observer. */
  pool: unknown;
  /** The newest schema as it was written. */
  schema: unknown;
  /** Its version, from 1. */
  schema_version: number;
  /** `open`, `paused` or `closed`. */
  state: string;
};

/** A report, or that there is none yet. */
export type Quality = {
  report?: Report | null;
};

/** What the answers to one question came to. */
export type QuestionAgreed = {
  /** How many answers are that value; null where that is not counted. */
  count?: number | null;
  /** How it was reckoned; `adjudicated` where somebody decided it. */
  method: string;
  /** How many answers there were. */
  of: number;
  /** The answers of which one is right with 95 % certainty, over tasks like it; empty where the question has less than 30 gold tasks or is asked of parts of a task. */
  one_of: unknown[];
  /** How probable the model holds the value, of a number one as near to the true one as the schema takes for right; null where no model speaks of it, or the schema does not say what is near. */
  probability?: number | null;
  range?: AgreedRange | null;
  /** The share in agreement, 0 to 1; null where it is not defined. */
  share?: number | null;
  /** The agreed value; null when there is none. */
  value: unknown;
};

/** The quality of the answers to one question. */
export type QuestionFigures = {
  /** Agreement; null where it is undefined: no item has two answers, or all of them are equal. */
  agreement: Agreement;
  /** Answers to them. */
  answers: number;
  /** What an answer can be, in order; empty of a number. */
  classes: string[];
  /** What is judged: a task, or one part of it (an option, a criterion, a candidate). How many of them. */
  items: number;
  /** Its type. */
  kind: string;
  model?: ModelFigures | null;
  numbers?: NumberFigures | null;
  /** Its name. */
  question: string;
};

/** What a submit answers. The same submit gives the same receipt; only the head in it is the newest each time. */
export type Receipt = {
  /** Its id. */
  annotation: string;
  /** When it was submitted first, RFC 3339. */
  at: string;
  /** The newest signed head of the client's ledger, to keep: the ledger of the day of reckoning must continue it. */
  checkpoint?: string | null;
  /** `submitted` or `late`. */
  state: string;
};

/** A line that was not taken, without its content. */
export type Refused = {
  /** Where in the row; empty for the whole. */
  field: string;
  /** Counted from 1. */
  line: number;
  /** Which rule. */
  rule: string;
};

/** A release as it is shown. Times are RFC 3339. */
export type ReleaseSent = {
  /** Who approved, oldest first. */
  approvals: ApprovalSent[];
  /** How many persons must. */
  approvals_needed: number;
  /** Whether the caller's person is among them. */
  approved_by_me: boolean;
  /** When its folder was whole. */
  built_at?: string | null;
  /** Size of all files together, once built. */
  bytes?: number | null;
  /** When its files were opened for fetching. */
  delivered_at?: string | null;
  /** When its build was given up. */
  failed_at?: string | null;
  /** Why: `nothing_to_release`, `disk_full`, `disk_failed`, `key_withdrawn`, `task_unreadable`, `not_exportable`, `broken_off` or `failed`. */
  failure?: string | null;
  /** The reason in words, with what to do. */
  failure_detail?: string | null;
  /** Once built, the files; null for custodians. */
  files?: FileListed[] | null;
  /** Formats asked for; null for custodians. */
  formats?: string[] | null;
  /** Its id. */
  id: string;
  /** Once built: counts, steps, quality, schema and guideline versions, pipeline, key; null for custodians. */
  manifest: unknown;
  /** What the client calls it; null without one, and for custodians. */
  name?: string | null;
  /** When. */
  ordered_at: string;
  /** Who ordered it. */
  ordered_by: string;
  /** Its project. */
  project: string;
  /** `building`, `built`, `approved`, `delivered` or `failed`. */
  state: string;
  /** Tasks in it; so far, while it is built. */
  tasks?: number | null;
  /** Within the project, from 1. */
  version: number;
};

/** That a decision was reopened. */
export type Reopened = {
  /** When, RFC 3339. */
  at: string;
  /** The pseudonym toward this client of who did. */
  by: string;
  /** Why, in his words. */
  reason: string;
};

/** The quality of a project as last reckoned. */
export type Report = {
  /** Milliseconds of work on annotations, per task that is not gold. */
  active_ms_per_task?: number | null;
  /** Annotations it rests on: those that were not taken or sent back. */
  annotations: number;
  asking?: AskingFigures | null;
  batches?: BatchesFigures | null;
  /** When it was reckoned, RFC 3339. */
  computed_at: string;
  cost?: CostFigures | null;
  /** Tasks that an adjudicator decided. */
  decided_tasks?: number;
  /** Tasks with known answers that somebody answered. */
  gold_tasks: number;
  /** Models whose answers came with the tasks: each is one more worker to the model of the answers, and none of the people. */
  judges?: JudgeFigures[];
  leaks?: LeaksFound | null;
  /** Questions whose answers cannot be compared: their quality is what reviews say. */
  open_questions: string[];
  /** Everybody who answered. */
  people: PersonFigures[];
  /** Every question whose answers can be compared. */
  questions: QuestionFigures[];
  reviews?: ReviewFigures | null;
  /** Tasks somebody answered, gold among them. */
  tasks: number;
};

/** A request as a list shows it. */
export type RequestListed = {
  /** Items. */
  amount?: number | null;
  /** What whoever decided said to it. */
  answer?: string | null;
  /** When, RFC 3339. */
  asked_at: string;
  /** Which account asked. */
  asked_by: string;
  /** Who that is, for custodians of the installation and himself. */
  asked_by_name?: string | null;
  /** In which client; null for whom it is closed to. */
  client?: string | null;
  /** When it was decided. */
  decided_at?: string | null;
  /** Its id. */
  id: string;
  /** What is asked for. */
  kind: string;
  /** For which account; null for whom he is a pseudonym. */
  member?: string | null;
  /** Whether the caller may decide it. */
  mine_to_decide: boolean;
  /** The other side, or what is to end. */
  other?: string | null;
  /** Who he is: his name for custodians of the installation and himself, else his pseudonym toward the client. */
  person?: string | null;
  /** The purpose. */
  reason: string;
  /** `open`, `approved` or `refused`. */
  state: string;
  /** Until when, RFC 3339. */
  until?: string | null;
};

/** A decision on a wish to see a name. */
export type RevealDecision = {
  /** Whether the name is shown. */
  approved: boolean;
};

/** A wish to see a name. */
export type RevealListed = {
  /** When it was asked. */
  asked_at: string;
  /** Its id. */
  id: string;
  /** Whether the reader asked: then another decides. */
  own: boolean;
  /** Why. */
  reason: string;
  /** `open`, `approved` or `refused`. */
  state: string;
};

/** What the quality of open answers rests on. */
export type ReviewFigures = {
  again?: AgainFigures | null;
  fix_size?: FixSize | null;
  /** Reviewers by pseudonym: how they judged answers to gold that stood among others. */
  hidden?: Record<string, HiddenScore>;
  /** Reasons by word. */
  reasons: Record<string, number>;
  /** How much it matters who reviews: standard deviation in log odds. */
  reviewer_spread?: number | null;
  /** Reviewers by pseudonym: the chance that average work passes them. */
  reviewers: Record<string, Chance>;
  sampling?: SamplingFigures | null;
  /** Verdicts by word: `accept`, `fix`, `return`. */
  verdicts: Record<string, number>;
};

/** What a review answers. */
export type ReviewReceipt = {
  /** Where the annotation stands now. */
  annotation_state: string;
  /** When, RFC 3339. */
  at: string;
  /** Its id. */
  review: string;
};

/** A 95 % interval rounded outward. */
export type RoughNumber = {
  /** Lower end. */
  from: number;
  /** Upper end. */
  to: number;
};

/** A 95 % interval rounded outward to whole twentieths, in percent. */
export type Roughly = {
  /** Lower end. */
  from: number;
  /** Upper end. */
  to: number;
};

/** A rule that fits what somebody did. */
export type RuleFits = {
  /** The vendor's name of the act. */
  action?: string | null;
  /** The rule. */
  rule: string;
  /** How soon to look. */
  severity: string;
  /** When. */
  ts?: string | null;
  /** In words. */
  words: string;
};

/** Reviews as a sample of the answers, and whether they meet a plan of acceptance sampling. The share is of answers as they were first submitted: what was fixed or returned was mended since. Only reviews that were drawn count: neither those of gold, nor those on demand. */
export type SamplingFigures = {
  /** With 95 % certainty at most this share of such answers would be. */
  at_most: number;
  /** The plan keeps out answers of which this share is wrong, with 95 % certainty. */
  bad: number;
  /** And lets pass those of which this share is. */
  good: number;
  /** Whether it is met; null while the sample is too small to say. */
  met?: boolean | null;
  /** Answers that the plan asks for, and how many of those may be fixed or returned. */
  plan: [number, number];
  /** Answers that were drawn for review, and reviewed. */
  sample: number;
  /** Of them fixed or returned. */
  wrong: number;
};

/** A part of a score. */
export type ScorePart = {
  /** Its name. */
  name: string;
  /** Nats; below nought it speaks against taking. */
  nats: number;
};

/** What the engine made of a log. */
export type Scored = {
  /** Acts that were fed to it. */
  acts: number;
  /** Cases that were there and to which something was added. */
  added: number;
  /** Acts, of this log or an earlier one, dated so far ahead that nothing is reckoned from them: of all others until others confirm it, of the clock ever. */
  ahead?: number;
  /** Days that would be said differently by what was told late; at most 200 of them are named. */
  amended: number;
  /** The first of them. */
  amended_days: AmendedDay[];
  /** Cases it opened, by score or by rule; at most 500. */
  cases: number;
  /** Cases beyond that. */
  cases_left_out: number;
  /** Acts that were refused or failed: nothing was taken by them. */
  failed?: number;
  /** Acts of days that were closed already; each is placed by its own time. */
  late: number;
  /** Whether the first two weeks of logs are still being learned, which open no case by score. */
  learning: boolean;
  /** Acts of nobody, or of somebody outside whom nobody let in. */
  of_nobody: number;
  /** Different people it knows by now. */
  people: number;
  /** Acts told again, which count once. */
  repeated: number;
};

/** What was sent on a day. */
export type SentOnDay = {
  /** The day, in UTC: `2026-01-31`. */
  day: string;
  /** How often. */
  sent: number;
};

/** How many answers are left with 95 % certainty (conformal sets). */
export type SetFigures = {
  /** Tasks of which every answer is left: nothing is certain. */
  every: number;
  /** Gold tasks that say so: right as far as they are a random sample of such tasks. */
  gold: number;
  /** Share of tasks like these whose set holds the right answer, at least. */
  level: number;
  /** Tasks of which one answer is left; neither gold nor decided. */
  one: number;
  /** Tasks of which several are, but not all. */
  several: number;
};

/** Which version is signed. */
export type Signature = {
  /** From 1. */
  version: number;
};

/** How somebody stands who is not active. */
export type StandingListed = {
  /** Pseudonym toward the client. */
  person: string;
  /** Why, in words. */
  reasons: string[];
  /** Since when, RFC 3339. */
  since: string;
  /** `probation` or `paused`. */
  state: string;
  /** When a pause ends, RFC 3339. */
  until?: string | null;
};

/** The rule, as it is set and shown. */
export type StandingRule = {
  /** `narrowed` or `suspended`; `none` ends the rule. */
  measure: string;
  /** Why it stands. */
  reason: string;
  /** From which score on, in nats: 0 to 100. */
  score: number;
};

/** The rule in force, or that there is none. */
export type StandingRuleFound = {
  rule?: StandingRule | null;
};

/** What a project asks of its experts, and who does not stand well. */
export type Standings = {
  asked?: BarsSaid | null;
  /** Whether the caller set it: then another decides second looks. */
  asked_by_caller: boolean;
  /** When it was set, RFC 3339. */
  asked_since?: string | null;
  /** Second looks, undecided ones first. */
  looks: LookSent[];
  /** Everybody who is not active, newest change first. */
  people: StandingListed[];
};

/** Where a release stands now. */
export type StateSent = {
  /** `delivered`. */
  state: string;
};

/** A statement to be signed by who leaves. */
export type Statement = {
  /** By client, first sent first. */
  clients: StatementClient[];
  /** His last day, RFC 3339; null when none is recorded. */
  last_day?: string | null;
  /** When this was made, RFC 3339. */
  made_at: string;
  /** His name. */
  name: string;
  /** What he signs. */
  words: string;
};

/** What he was sent of one client. */
export type StatementClient = {
  /** The head of the ledger that this is taken from, signed. */
  checkpoint: string;
  /** The client. */
  client: string;
  /** Its code name. */
  code_name: string;
  /** First sent, RFC 3339. */
  first_at: string;
  /** Where the inventory lies, row by row, as CSV. */
  inventory: string;
  /** Last sent no later than this, to the hour. */
  last_at: string;
  /** How often content that had been sent ahead was shown. */
  opened: number;
  /** How its ledger calls him. */
  person: string;
  /** How often content was sent. */
  sent: number;
  /** Of which times entries of its ledger are lost: what was sent in them is not known, but for what was entered again. */
  unknown: Lost[];
};

/** An own annotation: nothing of its answers, and not where it stands. */
export type SubmittedListed = {
  /** Milliseconds of work. */
  active_ms: number;
  /** Its id. */
  annotation: string;
  /** By which it is opened. */
  assignment: string;
  /** Of which project. */
  project: string;
  /** Whether a reviewer gave it back. */
  returned: boolean;
  /** From 1; one more each time it had come back. */
  revision: number;
  /** When, RFC 3339. */
  submitted_at: string;
};

/** A page of what a member submitted, newest first. */
export type SubmittedPage = {
  /** The rows. */
  items: SubmittedListed[];
  /** What to send as `after` for the next page; null when there is none. */
  next?: string | null;
  /** `{id, name, client: {id, code_name, colour}, opens}` of each project he was given work in, the newest first. `opens` says whether what he submitted there can be opened; where it cannot, as after its end, `name` is null. */
  projects: unknown[];
};

/** A task with what one submitted for it. */
export type SubmittedSent = {
  /** What was submitted, the newest revision first. */
  answers: OwnAnswer[];
  /** `{id, code_name, colour}`. */
  client: unknown;
  /** By field, in the order shown then. */
  content: unknown;
  /** Whether the client lets content be copied. */
  copy_allowed: boolean;
  /** Version of the guideline it was answered under. */
  guideline_version: number;
  /** The member's how-manieth task of this project. */
  number: number;
  /** The order of shuffled fields as shown. */
  presented: unknown;
  /** `{id, name}`. */
  project: unknown;
  /** `{fields, questions}`. */
  schema: unknown;
};

/** Of one stretch. */
export type Taken = {
  /** Items he may take. */
  max: number;
  /** Items taken. */
  taken: number;
};

/** A task as a list shows it: metadata only. */
export type TaskListed = {
  /** Annotations submitted, late ones included. */
  annotations: number;
  /** Its batch. */
  batch: string;
  /** Size of its row in bytes. */
  bytes: number;
  /** When it came, RFC 3339. */
  created_at: string;
  /** When it was done, RFC 3339. */
  done_at?: string | null;
  /** Whether it is gold. */
  gold: boolean;
  /** Its id. */
  id: string;
  /** Free slots; null for gold. */
  open_slots?: number | null;
  /** 0 to 9; null for gold. */
  priority?: number | null;
  /** `open`, `in_review` or `done`. */
  state: string;
};

/** A task with its answers. */
export type TaskSent = {
  /** The one that came after it. */
  after?: string | null;
  /** Every annotation, by pseudonym. */
  annotations: AnnotationSent[];
  /** The task that came before it in its project. */
  before?: string | null;
  /** By field, in the row's own order. */
  content: unknown;
  /** The client's id of it. */
  external_id?: string | null;
  /** Its id. */
  id: string;
  /** What the client wants to find it by. */
  metadata: unknown;
  /** Its project. */
  project: string;
  /** `{fields, questions}`. */
  schema: unknown;
  /** Where it stands. */
  state: string;
};

/** A token as its owner sees it. */
export type TokenListed = {
  /** The only client it opens; null for all of its owner's. */
  client?: string | null;
  /** When it was made, RFC 3339. */
  created_at: string;
  /** When it ends, RFC 3339. */
  expires_at: string;
  /** Its id. */
  id: string;
  /** What its owner calls it. */
  name: string;
  /** When it was revoked, RFC 3339. */
  revoked_at?: string | null;
  /** What it may do. */
  scopes: string[];
};

/** A token that was made. Its secret is told once. */
export type TokenMade = {
  /** When it ends, RFC 3339. */
  expires_at: string;
  /** Its id. */
  id: string;
  /** For `Authorization: Bearer`. */
  secret: string;
};

/** What somebody is told of how he answers: only of whole steps of 20 annotations, of days that are over (UTC), and roughly. */
export type Told = {
  /** By question: the chance that an answer is right, by what others answered and what is known. Absent below ten answers. */
  ability: Record<string, ToldAbility>;
  changed?: ToldChange | null;
  gold?: Roughly | null;
  /** By question that is answered with numbers or grades: whether answers run high, and how far they scatter. Absent below ten answers. */
  numbers?: Record<string, ToldHabit>;
};

/** The chance that an answer is right, as its author is told of it. */
export type ToldAbility = {
  /** All answers together. */
  right: Roughly;
  /** Weeks that are over, with 20 answers or more, oldest first. */
  weeks: ToldWeek[];
};

/** A change, as he is told of it. */
export type ToldChange = {
  /** And since. */
  after: Roughly;
  /** Share of gold answered rightly before. */
  before: Roughly;
  /** The first moment (a Thursday, UTC) of the week of the first answer after it, RFC 3339. */
  since: string;
};

/** How somebody answers with numbers, or with grades, as he is told of it; in their unit. */
export type ToldHabit = {
  /** How far above the others, or above what is known, on average. */
  bias: RoughNumber;
  /** How far answers scatter around that: a standard deviation. */
  spread: RoughNumber;
};

/** A day that would be said differently now. */
export type ToldLate = {
  /** The day: `2025-05-05`. */
  day: string;
  /** Its score with what was told late. */
  now: number;
  /** Its score as it was said, in nats. */
  said: number;
  /** When it was told. */
  told_at: string;
};

/** One week of it. */
export type ToldWeek = {
  /** Its first moment (a Thursday, UTC), RFC 3339. */
  from: string;
  /** The chance. */
  right: Roughly;
};

/** What a reviewer decided. */
export type Verdict = {
  /** Milliseconds of work. */
  active_ms?: number;
  /** The mended answers, for a fix. */
  answers?: unknown;
  /** In the reviewer's own words. */
  comment?: string | null;
  /** From the list the assignment came with. */
  reasons?: string[];
  /** `author` or `another`, for a return; without it the project's rule. */
  to?: string | null;
  /** `accept`, `fix` or `return`. */
  verdict: string;
};

/** What was verified. */
export type VerifyCredential = {
  /** What was looked at: a register, a document, its number. */
  evidence: string;
  /** When it ends, RFC 3339; without it never. */
  expires_at?: string | null;
  /** What eligibility rules ask for, such as `md`. */
  kind: string;
  /** As it is called. */
  title: string;
};

/** A version was made. */
export type Version = {
  /** From 1. */
  version: number;
};

/** An ordered wall. */
export type WallListed = {
  /** Its id. */
  id: string;
  /** When it was lifted. */
  lifted_at?: string | null;
  /** When it was ordered, RFC 3339. */
  ordered_at: string;
  /** His pseudonym toward this client. */
  person: string;
  /** Why. */
  reason: string;
};

/** A page of the matrix. */
export type WallMatrix = {
  /** The columns, in order. */
  clients: ClientColumn[];
  /** Where the next page begins. */
  next?: string | null;
  /** The rows. */
  people: MatrixRow[];
};

/** What ordering did. */
export type WallOrdered = {
  /** From when nothing more is sent, RFC 3339. */
  at: string;
  /** The wall's id. */
  id: string;
  /** No content of the client was sent to him after this moment; null when none ever was. RFC 3339. */
  last_sent_before?: string | null;
  /** Leases that ended. */
  leases_ended: number;
};

/** What a client's own people say about its walls. */
export type WallTerms = {
  /** Days after the last sight for which its rivals stay shut, 1 to 3,650; 180 unless set. Of two clients the longer counts. */
  cool_off_days?: number | null;
  /** Whether people confirm their declared interests before each of its projects. */
  declarations?: boolean | null;
};

/** Agreement of one week. */
export type Week = {
  /** Krippendorff's alpha. */
  alpha: Estimate;
  /** Its first moment (a Thursday, UTC), RFC 3339. */
  from: string;
  /** Items with two answers or more. */
  items: number;
};

/** A reason with words. */
export type Why = {
  /** In the member's own words. */
  comment?: string | null;
  /** One of [`REASONS`]. */
  reason: string;
};

/** Words of somebody. */
export type Words = {
  /** Why. */
  reason: string;
};
