import { LanguageError, type Token } from "./tokens.ts";

/** Walks over tokens. */
export interface TokenReader {
  peek(ahead?: number): Token;
  take(): Token;
  /** Takes the next token if it is this sign or word. */
  takeIf(text: string): boolean;
  /** Throws LanguageError if the next token is not this sign or word. */
  expect(text: string): Token;
  expectName(): Token;
}

export function readTokens(tokens: readonly Token[]): TokenReader {
  let position = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)] as Token;
  const isWord = (token: Token, text: string) =>
    (token.kind === "sign" || token.kind === "name") && token.text === text;
  const reader: TokenReader = {
    peek,
    take() {
      const token = peek();
      position++;
      return token;
    },
    takeIf(text) {
      if (!isWord(peek(), text)) return false;
      position++;
      return true;
    },
    expect(text) {
      const token = reader.take();
      if (!isWord(token, text)) throw new LanguageError(token.at, `${text} should stand where ${token.text} does`);
      return token;
    },
    expectName() {
      const token = reader.take();
      if (token.kind !== "name") throw new LanguageError(token.at, `a name should stand where ${token.text} does`);
      return token;
    },
  };
  return reader;
}
