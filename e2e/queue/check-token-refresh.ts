import { MAILBOX, connectAccount } from '../sandbox-account.js';
import type { Check, Finding } from './finding.js';
import { WORKERS } from './queue-processes.js';
import type { QueueStage } from './queue-stage.js';
import { type Sender, countStatus, createSender, itemsNamed, runTogether } from './sender.js';

const ROUNDS = 10;
const ITEMS_EACH = 2;

/** Both workers need a new access token at the same moment, and the refresh token works once. */
export const tokenRefresh: Check = {
	name: 'token-refresh',
	async run(stage) {
		return [await afterRefusal(stage), await beforeExpiry(stage)];
	},
};

/** The mail server refuses the stored token, though it has not run out. */
async function afterRefusal(stage: QueueStage): Promise<Finding> {
	const { client, sandbox } = stage;
	const name = 'Refused token';
	const sender = await createSender(stage, {
		id: await connectAccount(client, sandbox, name),
		name,
	});
	return await countRefreshes(stage, sender, {
		statement: 'A refused token is renewed by either worker, and no execution fails',
		prepare: async () => await sandbox.oauth.expireAccessTokens(MAILBOX),
	});
}

/** The stored token is about to run out; so is every token the provider hands out. */
async function beforeExpiry(stage: QueueStage): Promise<Finding> {
	const { client, sandbox } = stage;
	const usualSeconds = sandbox.oauth.accessTokenTtlSeconds;
	// Below the margin of one minute within which a token is renewed before use.
	sandbox.oauth.accessTokenTtlSeconds = 45;
	try {
		const name = 'Short-lived token';
		const id = await connectAccount(client, sandbox, name);
		const sender = await createSender(stage, { id, name });
		return await countRefreshes(stage, sender, {
			statement: 'A token about to expire is renewed by either worker, and no execution fails',
			prepare: async () => undefined,
		});
	} finally {
		sandbox.oauth.accessTokenTtlSeconds = usualSeconds;
	}
}

async function countRefreshes(
	stage: QueueStage,
	sender: Sender,
	round: { statement: string; prepare: () => Promise<void> },
): Promise<Finding> {
	const { tokenRequests } = stage.sandbox.oauth;
	const before = tokenRequests.length;
	let failedExecutions = 0;
	let sent = 0;
	const perRound: number[] = [];
	const workers = new Set<string>();
	for (let number = 0; number < ROUNDS; number += 1) {
		await round.prepare();
		const requestsBefore = tokenRequests.length;
		const items = itemsNamed(`Refresh ${number}`, ITEMS_EACH);
		const runs = await runTogether(stage, sender, items, items);
		perRound.push(tokenRequests.length - requestsBefore);
		for (const run of runs) {
			workers.add(run.worker);
			if (run.result.status !== 'success') failedExecutions += 1;
			sent += countStatus(run.items, 'sent');
		}
	}
	const requests = tokenRequests.slice(before);
	const refused = requests.filter(({ succeeded }) => !succeeded).length;
	// Mostly one: n8n lends a lease. A worker that looks up the token a moment too late renews it again.
	const isWithin = perRound.every((count) => count >= 1 && count <= WORKERS.length);
	return {
		statement: round.statement,
		isTrue:
			failedExecutions === 0 &&
			sent === 2 * ROUNDS * ITEMS_EACH &&
			refused === 0 &&
			isWithin &&
			workers.size === WORKERS.length,
		figures:
			`${ROUNDS} rounds of two executions: ${requests.length} refreshes (${perRound.join(' ')}), ` +
			`${refused} refused, ${failedExecutions} executions failed, ${sent} messages sent`,
	};
}
