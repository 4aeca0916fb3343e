interface FileResult {
  status: string;
  assertionResults: readonly { status: string }[];
}

/**
 * `N passed, N failed` and, where there are any, `N skipped`, from the text that Vitest's JSON reporter wrote. A file
 * that could not be run counts as one failure, and so does a run that failed although none of its specs did: an error
 * outside of them, or servers that did not start.
 */
export function summaryLine(report: string | undefined, exitCode: number): { line: string; failed: number } {
  const files: readonly FileResult[] = report === undefined ? [] : JSON.parse(report).testResults;
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const count = (status: string) => statuses.filter((one) => one === status).length;
  const passed = count("passed");
  const unrun = files.filter(
    ({ status, assertionResults }) => status === "failed" && !hasFailure(assertionResults),
  ).length;
  const failed = Math.max(count("failed") + unrun, exitCode === 0 ? 0 : 1);
  const skipped = statuses.length - passed - count("failed");
  return { line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`, failed };
}

function hasFailure(results: FileResult["assertionResults"]): boolean {
  return results.some(({ status }) => status === "failed");
}
