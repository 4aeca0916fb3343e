import { accountRiskQuestion } from "./account-risk/queries.ts";
import { accountQuestion, accountsQuestion } from "./accounts/queries.ts";
import { backupQuestion, backupsQuestion } from "./backups/queries.ts";
import { deskTermsQuestion } from "./desk-terms/queries.ts";
import { desksQuestion } from "./desks/queries.ts";
import { equityQuestion } from "./equity/queries.ts";
import { executionsQuestion } from "./executions/queries.ts";
import { exposureQuestion } from "./exposure/queries.ts";
import { instrumentQuestion, instrumentsQuestion } from "./instruments/queries.ts";
import {
  journalEntryQuestion,
  journalQuestion,
  journalTagsQuestion,
  journalWordingsQuestion,
} from "./journal/queries.ts";
import { ledgerQuestion } from "./ledger/queries.ts";
import { orderQuestion, ordersQuestion } from "./orders/queries.ts";
import { positionsQuestion } from "./positions/queries.ts";
import type { Question } from "./question.ts";
import { tenantQuestion, tenantsQuestion } from "./tenants/queries.ts";
import { terminalKeysQuestion } from "./terminal-keys/queries.ts";
import { tradeQuestion, tradesQuestion } from "./trades/queries.ts";

/** Every query that the read models answer, as `query.projections.<scope>.<name>`. */
export const questions: readonly Question[] = [
  tenantsQuestion,
  tenantQuestion,
  backupsQuestion,
  terminalKeysQuestion,
  desksQuestion,
  deskTermsQuestion,
  backupQuestion,
  accountsQuestion,
  accountQuestion,
  accountRiskQuestion,
  ordersQuestion,
  orderQuestion,
  executionsQuestion,
  positionsQuestion,
  ledgerQuestion,
  equityQuestion,
  exposureQuestion,
  tradesQuestion,
  tradeQuestion,
  journalQuestion,
  journalEntryQuestion,
  journalWordingsQuestion,
  journalTagsQuestion,
  instrumentsQuestion,
  instrumentQuestion,
];
