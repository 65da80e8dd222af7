import { setTimeout as sleep } from 'node:timers/promises';

import { tally } from '../copies.js';
import type { Check, Finding } from '../finding.js';
import { type LimitedServerOptions, startLimitedServer } from '../limited-server.js';
import type { QueueStage } from '../queue-stage.js';
import { type Run, countStatus, createSender, endOf, itemsNamed, runTogether } from '../sender.js';

const ITEMS = 30;
const KILLED_AFTER = 10;
const DELAY_MS = 100;

/** As much of n8n's words as one line takes. */
const MESSAGE_LENGTH = 80;

/** The most messages that one worker has under way. */
const MAX_CONNECTIONS = 3;

/** When the worker dies, and what the items have to protect them. */
interface Circumstances {
	name: string;
	/** Where the server takes its time, and so where the messages under way most likely are. */
	delayMs: NonNullable<LimitedServerOptions['delayMs']>;
	hasKeys: boolean;
}

/** A worker dies in the middle of a batch, as when memory runs out; then the same items are sent again. */
export const killedWorker: Check = {
	name: 'killed-worker',
	async run(stage) {
		const findings: Finding[] = [];
		for (const circumstances of [
			{ name: 'killed before replies, keys', delayMs: { reply: DELAY_MS }, hasKeys: true },
			{ name: 'killed before data, keys', delayMs: { sender: DELAY_MS }, hasKeys: true },
			{ name: 'killed before replies, no keys', delayMs: { reply: DELAY_MS }, hasKeys: false },
		]) {
			findings.push(...(await killAndRepeat(stage, circumstances)));
		}
		return findings;
	},
};

async function killAndRepeat(
	stage: QueueStage,
	{ name, delayMs, hasKeys }: Circumstances,
): Promise<Finding[]> {
	const server = await startLimitedServer({ delayMs });
	try {
		const items = itemsNamed(name, ITEMS);
		const sender = await createSender(stage, await server.connect(stage, name), { hasKeys });
		const cue = stage.cues.open(items);
		await sender.start(cue);
		const [arrival] = await cue.waitFor(1);
		if (arrival === undefined) throw new Error('No execution has come to its cue.');
		cue.release();
		const deadlineMs = Date.now() + 60_000;
		while (tally(server.copies(), items).never > ITEMS - KILLED_AFTER) {
			if (Date.now() > deadlineMs) throw new Error('The batch came to a halt by itself.');
			await sleep(10);
		}
		// By then the server is at the next message, or still at this one.
		await sleep(DELAY_MS / 2);
		await stage.processes.killWorker(arrival.worker);
		// What was in the line at that moment still arrives.
		await sleep(500);
		const arrived = ITEMS - tally(server.copies(), items).never;
		const killed = await endOf(stage, arrival);
		const refusal = await stage.client.retryExecution(arrival.executionId).then(
			({ error }) => messageOf(error),
			(error: unknown) =>
				error instanceof Error ? error.message.slice(0, MESSAGE_LENGTH) : 'refused',
		);
		await stage.processes.startWorker(arrival.worker);

		const hasRetrySent = ITEMS - tally(server.copies(), items).never > arrived;
		const starts = (await stage.processes.workersOf(arrival.executionId)).length;
		const [repeated] = await runTogether(stage, sender, items);
		const { never, once, oftener } = tally(server.copies(), items);
		const figures =
			`${name}: ${arrived} of ${ITEMS} had arrived; sent again: ${counts(repeated)}; ` +
			`${once} arrived once, ${oftener} twice, ${never} never`;
		return [
			{
				statement: 'n8n ends the execution of a killed worker as failed and does not run it again',
				isTrue: killed.result.status === 'error' && starts === 1 && !hasRetrySent,
				figures: `${name}: begun ${starts} time(s), ${killed.result.status}, "${messageOf(killed.result.error)}"; until its Retry had ended, ${hasRetrySent ? 'more' : 'nothing more'} arrived: "${refusal}"`,
			},
			hasKeys
				? {
						statement:
							'Sent again with the same keys, no message goes out twice; some that were under way may be missing',
						isTrue: oftener === 0 && never <= MAX_CONNECTIONS,
						figures,
					}
				: {
						statement: 'Sent again without keys, what had gone out goes out again',
						isTrue: never === 0 && oftener === arrived,
						figures,
					},
		];
	} finally {
		await server.close();
	}
}

function counts(run: Run | undefined): string {
	const items = run?.items ?? [];
	return `${countStatus(items, 'sent')} sent, ${countStatus(items, 'skipped')} skipped`;
}

function messageOf(error: Record<string, unknown> | undefined): string {
	const message = error?.['message'];
	return typeof message === 'string' ? message.slice(0, MESSAGE_LENGTH) : 'no message';
}
