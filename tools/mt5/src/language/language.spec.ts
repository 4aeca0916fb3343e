import { expect, test } from "vitest";
import { workbench } from "../testing/workbench.ts";
import { compileText } from "./program.ts";

const compiled = (text: string) => () => compileText([{ name: "test.mq5", text }], new Set());
const run = (body: string, result = "int") => workbench([], { source: `${result} f() { ${body} }` }).functions["f"]?.();

test.each([
  ["a name that nobody declared", "void f() { Print(missing); }", "missing is not known"],
  ["a function that MQL5 does not have", "void f() { FileTruncate(1); }", "FileTruncate is neither ours nor"],
  ["a value too many", "void f() { Sleep(1, 2); }", "Sleep takes 1 values"],
  ["a value too few", "void f() { Sleep(); }", "Sleep wants milliseconds"],
  ["a brace that is not closed", "void f() { if(true) { }", "the end of the file"],
  ["a semicolon that is missing", "void f() { int a = 1 }", "; should stand where } does"],
  ["a number that is cut without a cast", "void f() { long a = 1; int b = a; }", "long does not become int by itself"],
  ["a sign that is lost without a cast", "void f() { int a = 1; uint b = a; }", "int does not become uint by itself"],
  ["a number that is too big", "void f() { uchar a = 256; }", "int does not become uchar by itself"],
  [
    "signs that are mixed in a comparison",
    "bool f() { int a = 1; uint b = 1; return a < b; }",
    "int does not become uint",
  ],
  ["a number as a condition", "void f() { int a = 1; if(a) return; }", "a condition is a bool"],
  ["a number as a text", "string f() { int a = 1; return a; }", "int does not become string by itself"],
  [
    "a property of another kind",
    'void f() { SymbolInfoDouble("A", SYMBOL_DIGITS); }',
    "ENUM_SYMBOL_INFO_INTEGER does not become",
  ],
  ["a variable without a value", "void f() { int a; }", "a local variable begins with a value"],
  ["a variable that hides another", "int a; void f() { int a = 1; }", "a hides another a"],
  ["a constant that is changed", "const int a = 1; void f() { a = 2; }", "this cannot be assigned to"],
  ["what was passed as constant, changed", "void f(const uchar &a[]) { a[0] = 1; }", "this cannot be assigned to"],
  [
    "what was passed as constant, passed on",
    "void f(const uchar &a[]) { ArrayResize(a, 1); }",
    "would change what is constant",
  ],
  ["an array by value", "void f(uchar a[]) { }", "passed by reference"],
  ["a field that a struct has not", "struct A { int b; }; void f(A &a) { a.c = 1; }", "A has no c"],
  ["a result that is missing", "int f() { return; }", "f returns int"],
  ["a statement that does nothing", "void f() { int a = 1; a == 2; }", "this does nothing"],
])("%s is refused", (_, source, problem) => expect(compiled(source)).toThrow(problem));

test("whole numbers behave as a processor's", () => {
  expect(run("int a = 2147483647; a++; return a;")).toBe(-2_147_483_648);
  expect(run("uint a = 0; a--; return a;", "uint")).toBe(4_294_967_295);
  expect(run("ulong a = 0; a--; return a;", "ulong")).toBe(18_446_744_073_709_551_615n);
  expect(run("uchar a = 255; a++; return a;", "uchar")).toBe(0);
  expect(run("return (uchar)300;", "uchar")).toBe(44);
  expect(run("return -7 / 2;")).toBe(-3);
  expect(run("return -7 % 4;")).toBe(-3);
  expect(run("return 65536 * 65536;")).toBe(0);
  expect(run("return (long)65536 * 65536;", "long")).toBe(4_294_967_296n);
  expect(run("uint a = 0x80000000; return a >> 31;", "uint")).toBe(1);
  expect(run("return (int)2.9;")).toBe(2);
  expect(run("return (int)(-2.9);")).toBe(-2);
  expect(run("return 1 / 2.0;", "double")).toBe(0.5);
});

test("dividing by nothing and reaching behind an array end the program", () => {
  expect(() => run("int a = 0; return 1 / a;")).toThrow("zero divide");
  expect(() => run("uchar a[]; return a[0];")).toThrow("array out of range: [0]");
});

test("a struct is copied when it is assigned, and shared when it is passed", () => {
  const source = `
    struct A { int n; uchar bytes[]; };
    void Change(A &a) { a.n = 2; ArrayResize(a.bytes, 1); a.bytes[0] = 7; }
    A first;
    A second;
    int f() { second = first; Change(second); return first.n * 100 + second.n * 10 + ArraySize(first.bytes); }`;
  expect(workbench([], { source }).functions["f"]?.()).toBe(20);
});

test("a simple value that is passed by reference is changed where it came from", () => {
  const source = `
    void Twice(int &n) { n = n * 2; }
    void Both(int &n) { Twice(n); Twice(n); }
    int f() { int a = 3; Both(a); return a; }`;
  expect(workbench([], { source }).functions["f"]?.()).toBe(12);
});

test("a switch falls through, loops end and go on", () => {
  const source = `int f(int n) {
    int sum = 0;
    for(int i = 0; i < 10; i++) {
      if(i == n) continue;
      if(i == 8) break;
      switch(i) { case 1: case 2: sum += 100; break; case 3: sum += 10; default: sum += 1; }
    }
    while(sum > 1000) sum -= 1000;
    return sum;
  }`;
  expect(workbench([], { source }).functions["f"]?.(0)).toBe(215);
});

test("a function that waits makes those wait that call it, and no others", () => {
  const source = "void a() { Sleep(1); } void b() { a(); } void c() { }";
  const { functions } = workbench([], { source });
  expect(functions["b"]?.()).toBeInstanceOf(Promise);
  expect(functions["c"]?.()).toBeUndefined();
});
