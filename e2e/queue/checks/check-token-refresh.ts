import { MAILBOX, connectAccount } from '../../stage/sandbox-account.js';
import { type CuttableLine, startCuttableLine } from '../cuttable-line.js';
import type { Check, Finding } from '../finding.js';
import { WORKERS } from '../queue-processes.js';
import type { QueueStage } from '../queue-stage.js';
import {
	type Run,
	type Sender,
	countStatus,
	createSender,
	itemsNamed,
	runTogether,
} from '../sender.js';

const ROUNDS = 10;
const ITEMS_EACH = 2;

/** Both workers need a new access token at the same moment, and a refresh token works once. */
export const tokenRefresh: Check = {
	name: 'token-refresh',
	async run(stage) {
		const line = await startCuttableLine(stage.sandbox.mail.starttlsPort);
		try {
			return [await afterRefusal(stage, line), await beforeExpiry(stage)];
		} finally {
			await line.close();
		}
	},
};

/** The mail server refuses the stored token, though by its date it is good. */
async function afterRefusal(stage: QueueStage, line: CuttableLine): Promise<Finding> {
	const { client, sandbox } = stage;
	const name = 'Refused token';
	const id = await connectAccount(client, sandbox, name, { port: line.port });
	const sender = await createSender(stage, { id, name });
	return await refreshInRounds(
		stage,
		'A refused token is renewed by either worker, and no execution fails',
		async () => {
			line.cut();
			await sandbox.oauth.expireAccessTokens(MAILBOX);
			return sender;
		},
	);
}

/** The stored token is about to run out, so that it is renewed before it is used. */
async function beforeExpiry(stage: QueueStage): Promise<Finding> {
	const { client, sandbox } = stage;
	const usualSeconds = sandbox.oauth.accessTokenTtlSeconds;
	return await refreshInRounds(
		stage,
		'A token about to expire is renewed by either worker, and no execution fails',
		async (round) => {
			const name = `Ending token ${round}`;
			// Within the minute for which no token is trusted to last; the next one is to last.
			sandbox.oauth.accessTokenTtlSeconds = 45;
			const id = await connectAccount(client, sandbox, name);
			sandbox.oauth.accessTokenTtlSeconds = usualSeconds;
			return await createSender(stage, { id, name });
		},
	);
}

async function refreshInRounds(
	stage: QueueStage,
	statement: string,
	prepare: (round: number) => Promise<Sender>,
): Promise<Finding> {
	const runs: Run[] = [];
	const perRound: number[] = [];
	let refused = 0;
	for (let round = 0; round < ROUNDS; round += 1) {
		const sender = await prepare(round);
		const before = stage.sandbox.oauth.tokenRequests.length;
		const items = itemsNamed(`Refresh ${round}`, ITEMS_EACH);
		runs.push(...(await runTogether(stage, sender, items, items)));
		const requests = stage.sandbox.oauth.tokenRequests.slice(before);
		perRound.push(requests.length);
		refused += requests.filter(({ succeeded }) => !succeeded).length;
	}
	const failed = runs.filter(({ result }) => result.status !== 'success').length;
	const sent = runs.reduce((sum, { items }) => sum + countStatus(items, 'sent'), 0);
	const total = perRound.reduce((sum, count) => sum + count, 0);
	return {
		statement,
		isTrue:
			failed === 0 &&
			refused === 0 &&
			sent === runs.length * ITEMS_EACH &&
			new Set(runs.map(({ worker }) => worker)).size === WORKERS.length &&
			// Mostly one, since n8n lends a lease; a worker that looks a moment too late renews again.
			perRound.every((count) => count >= 1 && count <= WORKERS.length),
		figures:
			`${ROUNDS} rounds of two executions: ${total} refreshes (${perRound.join(' ')}), ` +
			`${refused} refused, ${failed} executions failed, ${sent} messages sent`,
	};
}
