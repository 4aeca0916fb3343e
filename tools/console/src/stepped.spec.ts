import { describe, expect, test } from "vitest";
import { stepped } from "./stepped.ts";

describe("a volume", () => {
  test("goes up and down by its step, without a float's digits", () => {
    expect(stepped("0.10", "0.01", 1)).toBe("0.11");
    expect(stepped("0.30", "0.1", -1)).toBe("0.2");
    expect(stepped("1.39148", "0.00001", 1)).toBe("1.39149");
  });
  test("stays inside its bounds", () => {
    expect(stepped("0.01", "0.01", -1, "0.01", "100")).toBe("0.01");
    expect(stepped("100", "0.01", 1, "0.01", "100")).toBe("100.00");
  });
  test("that is no number becomes the least", () => {
    expect(stepped("much", "0.01", 1, "0.01")).toBe("0.01");
    expect(stepped("", "0.01", -1, "0.01")).toBe("0.01");
  });
});
