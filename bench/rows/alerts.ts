import type { IDataObject, IRun } from 'n8n-workflow';
import { atMost, rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { measure, measureInTurns, retainedBytes } from '../measuring.js';
import { BenchWorkflow } from '../sending/bench-workflow.js';

const PARAMETERS = { operation: 'alert', toEmail: 'on-call@example.com' };

/** An item of an Error Trigger; of one problem, though each message is another. */
function failure(n: number, problem = 'Insert Rows'): IDataObject {
	const message = `Row ${String(n)}: the database at 10.0.0.${String(n % 250)}:5432 takes no more connections`;
	return {
		execution: {
			id: String(n),
			url: `https://n8n.example.com/workflow/import/executions/${String(n)}`,
			mode: 'webhook',
			lastNodeExecuted: problem,
			error: {
				name: 'NodeApiError',
				message,
				stack: `NodeApiError: ${message}\n${'    at Import.execute (/usr/src/import.js:1:2)\n'.repeat(8)}`,
			},
		},
		workflow: { id: 'import', name: 'Nightly import' },
	};
}

const failures = (count: number): IDataObject[] =>
	Array.from({ length: count }, (_, n) => failure(n));

/** What the status items of runs say: mails, and occurrences that were mailed or held. */
function account(runs: readonly IRun[]): { readonly mails: number; readonly occurrences: number } {
	const items = runs.flatMap((run) => BenchWorkflow.itemsOf(run));
	const ids = items.filter(({ status }) => status === 'sent').map(({ messageId }) => messageId);
	const counted = items.filter(({ status }) => status === 'sent' || status === 'held');
	return { mails: new Set(ids).size, occurrences: counted.length };
}

/** Runs executions of one item each, many at once. */
async function runStorm(
	count: number,
	atOnce: number,
	runOne: (item: IDataObject) => Promise<IRun>,
): Promise<IRun[]> {
	const runs: IRun[] = [];
	let next = 0;
	const go = async (): Promise<void> => {
		while (next < count) {
			const n = next;
			next += 1;
			runs.push(await runOne(failure(n, 'Storm')));
		}
	};
	await Promise.all(Array.from({ length: atOnce }, go));
	return runs;
}

/** A storm of failures: mails, occurrences, what a held alert costs, and memory. */
export const measureAlerts: Measurement = async ({ isQuick }) => {
	const items = isQuick ? 2_000 : 10_000;
	const executions = isQuick ? 200 : 1_000;
	const server = await MailServer.start();
	const workflow = new BenchWorkflow(server.target(), { parameters: PARAMETERS, isAlert: true });

	const large = [await workflow.run(failures(items))];
	const largeAccount = account(large);
	const storm = await runStorm(executions, 50, async (item) => await workflow.run([item]));
	const stormAccount = account(storm);
	large.splice(0);
	storm.splice(0);

	// From here on all is held.
	const single = {
		held: async () => {
			for (let n = 0; n < executions; n += 1) await workflow.run([failure(n, 'Storm')]);
		},
		idle: async () => {
			for (let n = 0; n < executions; n += 1) await workflow.run([failure(n, 'Storm')], 'idle');
		},
		noOp: async () => {
			for (let n = 0; n < executions; n += 1) await workflow.run([failure(n, 'Storm')], 'no-op');
		},
	};
	const costs = await measureInTurns(isQuick ? 1 : 3, single);
	const heldItems = await measure(async () => await workflow.run(failures(items)));
	const passedItems = await measure(async () => await workflow.run(failures(items), 'no-op'));

	const before = await retainedBytes();
	await runStorm(executions, 50, async (item) => await workflow.run([item]));
	const stays = (await retainedBytes()) - before;
	server.stop();

	const per = (ms: number, count: number): string => `${rounded(ms / count, 2)} ms`;
	const name = `${executions.toLocaleString('en-US')} failing executions, 50 at once`;
	const many = `${items.toLocaleString('en-US')} error items in one execution`;
	return {
		figures: [
			{
				what: `${many}, one problem: mails sent`,
				measured: String(largeAccount.mails),
				mustReach: '1',
				isReached: largeAccount.mails === 1,
			},
			{
				what: `${many}: accounted for`,
				measured: largeAccount.occurrences.toLocaleString('en-US'),
				mustReach: 'all',
				isReached: largeAccount.occurrences === items,
			},
			{
				what: `${name}, one problem: mails sent`,
				measured: String(stormAccount.mails),
				mustReach: '1',
				isReached: stormAccount.mails === 1,
			},
			{
				what: `${name}: accounted for`,
				measured: stormAccount.occurrences.toLocaleString('en-US'),
				mustReach: 'all',
				isReached: stormAccount.occurrences === executions,
			},
			atMost(
				'An execution with a held alert, against one in which this node does nothing',
				costs.held.wallMs / costs.idle.wallMs,
				3,
			),
			{
				what: `${name}, all held: live memory that stays`,
				measured: `${rounded(stays / executions / 1_000, 1)} kB an execution`,
				mustReach: 'at most 0.5 kB',
				isReached: stays / executions <= 500,
			},
		],
		behind: [
			`An execution on n8n’s engine, without a database: with a held alert ${per(costs.held.wallMs, executions)} (${per(costs.held.cpuMs, executions)} of CPU), with this node doing nothing ${per(costs.idle.wallMs, executions)}, with a No-Op in its place ${per(costs.noOp.wallMs, executions)}. \`npm run bench:n8n\` compares with a No-Op in a full n8n. An item among ${items.toLocaleString('en-US')} of one execution: held ${rounded(heldItems.wallMs / items, 3)} ms, passed on by a No-Op ${rounded(passedItems.wallMs / items, 3)} ms.`,
		],
	};
};
