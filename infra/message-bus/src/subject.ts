import { refuse } from "@tradesage/contracts";

/** What `subjectToken` of the contracts makes; `$JS`, `$SYS` and `_INBOX` are the server's and no business of ours. */
const literal = /^[A-Za-z0-9=-][A-Za-z0-9_=-]*(\.[A-Za-z0-9=-][A-Za-z0-9_=-]*)*$/;
const pattern = /^[A-Za-z0-9=-][A-Za-z0-9_=-]*(\.(\*|[A-Za-z0-9=-][A-Za-z0-9_=-]*))*(\.>)?$/;
const MAX_LENGTH = 255;

/** Refuses what would reach another subject than it names: wildcards, spaces, line ends, empty and foreign tokens. */
export function checkLiteral(subject: string): void {
  if (subject.length > MAX_LENGTH || !literal.test(subject)) refuse("INVALID_INPUT", "not a subject of the bus");
}

/** As {@link checkLiteral}, with `*` and a closing `>` allowed after the first token: what one may listen to. */
export function checkPattern(subject: string): void {
  if (subject.length > MAX_LENGTH || !pattern.test(subject)) refuse("INVALID_INPUT", "not a subject of the bus");
}
