const REDACTED = "[redacted]";

/** A member of a logged object whose name says that its value is secret, at any depth. */
const secretMember =
  /"([\w-]{0,40}(?:password|passwd|secret|token|authorization|cookie|private_?key|api_?key))":"(?:[^"\\]|\\.)*"/gi;
/** The private part of an Ed25519 key as a JWK (RFC 8037). */
const privateKey = /(\\?"d\\?":\\?")[\w-]{43}/g;
/** `scheme://user:password@host`, as connection errors like to quote it. */
const urlCredentials = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"]{1,512}@/gi;
/** A JWS in compact form (RFC 7515 §3.1): it begins with base64url of `{"`. */
const jws = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Takes secrets out of a log line: it works on the finished text, so no call site and no library can forget it. */
export function redact(line: string): string {
  return line
    .replace(secretMember, `"$1":"${REDACTED}"`)
    .replace(privateKey, `$1${REDACTED}`)
    .replace(urlCredentials, `$1${REDACTED}@`)
    .replace(jws, REDACTED);
}
