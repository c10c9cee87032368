/** What the verifier found. */
export interface LedgerReport {
  at: Date;
  isBalanced: boolean;
  /** `<what must hold>: <what was found>`, in the order of the checks. */
  problems: string[];
}
