/**
 * Run as a process of its own, so that nothing else delays it: asks the address in its argument
 * again and again and, told to stop by a message, hands over when it asked and how long each answer
 * took.
 */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One question: Unix ms, and ms until its answer. */
export interface AnswerTime {
	readonly askedAtMs: number;
	readonly tookMs: number;
}

const PAUSE_MS = 5;

async function ask(url: string, agent: Agent): Promise<AnswerTime> {
	const askedAtMs = Date.now();
	const beganAtMs = performance.now();
	await new Promise<void>((resolve, reject) => {
		get(url, { agent }, (answer) => {
			answer.resume();
			answer.once('end', resolve);
		}).once('error', reject);
	});
	return { askedAtMs, tookMs: performance.now() - beganAtMs };
}

async function keepAsking(url: string): Promise<void> {
	const agent = new Agent({ keepAlive: true });
	const times: AnswerTime[] = [];
	let isTold = false;
	process.once('message', () => {
		isTold = true;
	});
	while (!isTold) {
		times.push(await ask(url, agent));
		await sleep(PAUSE_MS);
	}
	process.send?.(times, () => process.exit());
}

const [, , url] = process.argv;
if (url === undefined) throw new Error('Whom shall I ask?');
await keepAsking(url);
