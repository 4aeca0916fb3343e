import type { CommandHandler } from "@tradesage/command-handler";
import { type CommandEnvelope, type RefusalCode, refuse } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { askForBackup } from "./ask-for-backup.ts";

const time = new Date("2026-01-15T02:30:00Z");
const refusing = (code: RefusalCode, values = {}): Pick<CommandHandler, "handle"> => ({
  handle: async () => refuse(code, undefined, values),
});

test("a backup is requested under the name of its time", async () => {
  const asked: CommandEnvelope[] = [];
  const handler = { handle: async (envelope: CommandEnvelope) => void asked.push(envelope) };
  expect(await askForBackup(handler as unknown as CommandHandler, "full")("acme", time)).toBe(true);
  expect(asked).toMatchObject([
    { tenant: "acme", command: "RequestBackup", data: { backupId: "full-202601150230", kind: "full" } },
  ]);
});

test("one that was requested already is not requested again", async () => {
  expect(await askForBackup(refusing("BACKUP_EXISTS"), "full")("acme", time)).toBe(true);
});

test("a full backup waits for an incremental one that is under way, and is not taken for done by it", async () => {
  expect(await askForBackup(refusing("BACKUP_RUNNING", { kind: "incremental" }), "full")("acme", time)).toBe(false);
  expect(await askForBackup(refusing("BACKUP_RUNNING", { kind: "full" }), "full")("acme", time)).toBe(true);
  expect(await askForBackup(refusing("BACKUP_RUNNING", { kind: "full" }), "incremental")("acme", time)).toBe(true);
});

test("any other refusal is told", async () => {
  await expect(askForBackup(refusing("INVALID_INPUT"), "full")("acme", time)).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
