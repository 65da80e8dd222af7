import type { IDataObject } from 'n8n-workflow';
import { onTestFinished } from 'vitest';
import {
	startScriptedServer,
	type ScriptedAnswer,
	type ScriptedServer,
} from './scripted-smtp-server.js';

/** Parameters of the mail node: each item has a sender of its own, by which the server knows it. */
export const FROM_ITEM = { fromEmail: '=i{{ $json.item }}@sandbox.test' };

/** Input items for `FROM_ITEM`, counted from `from`. */
export function numbered(count: number, from = 0): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({ item: from + index }));
}

/** `indexes(3)` is 0, 1, 2. */
export function indexes(count: number, from = 0): number[] {
	return Array.from({ length: count }, (_, index) => from + index);
}

/** Where a session stands, named as `failure.stage` is; `other` is RSET, NOOP and QUIT. */
export type ItemStage =
	'connect' | 'ehlo' | 'auth' | 'mailFrom' | 'rcptTo' | 'data' | 'reply' | 'other';

/** One thing that a client wants of the server. */
export interface ItemStep {
	readonly stage: ItemStage;
	/** The line as it came; empty for the greeting. */
	readonly command: string;
	/** The item whose message it is; -1 before MAIL FROM. */
	readonly item: number;
	/** How often this item (or, without one, any connection) has come to this stage, from 1. */
	readonly time: number;
	/** Counted from 0. */
	readonly connection: number;
	/** The connections open now, oldest first, from their greeting to their end. */
	readonly open: readonly number[];
}

export type ItemScript = (
	step: ItemStep,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** A scripted server that knows which item each message belongs to. */
export interface ItemServer extends ScriptedServer {
	/** The items it took responsibility for, in that order, also where it did not say so. */
	readonly taken: readonly number[];
	/** The most connections open at any moment, each from its greeting to its end. */
	readonly mostOpen: number;
	/** All steps, in order. */
	readonly steps: readonly ItemStep[];
	/** The steps at one stage. */
	at(stage: ItemStage): readonly ItemStep[];
}

function stageOf(command: string, phase: 'command' | 'sasl' | 'finalDot'): ItemStage {
	if (phase === 'finalDot') return 'reply';
	if (phase === 'sasl') return 'auth';
	const stages: Readonly<Record<string, ItemStage>> = {
		EHLO: 'ehlo',
		MAIL: 'mailFrom',
		RCPT: 'rcptTo',
		DATA: 'data',
	};
	return stages[command.split(' ')[0] ?? ''] ?? 'other';
}

/** Whether the answer is a 4yz or 5yz; a break is none. */
function isRefused(answer: ScriptedAnswer | undefined): boolean {
	if (answer === undefined) return false;
	const reply = typeof answer === 'object' && 'reply' in answer ? answer.reply : answer;
	const first = typeof reply === 'string' ? reply : Array.isArray(reply) ? String(reply[0]) : '';
	return /^[45]/.test(first);
}

/**
 * Starts a scripted server with implicit TLS whose script knows the items of mails with
 * `FROM_ITEM`. It is closed after the test.
 */
export async function serveItems(script: ItemScript = () => undefined): Promise<ItemServer> {
	const taken: number[] = [];
	const steps: ItemStep[] = [];
	const open: number[] = [];
	const items = new Map<number, number>();
	const transactions = new Map<number, 'none' | 'open' | 'addressed'>();
	const times = new Map<string, number>();
	let mostOpen = 0;

	const ask = async (stage: ItemStage, connection: number, command = '') => {
		const item = items.get(connection) ?? -1;
		const key = `${stage} ${String(item)}`;
		const time = (times.get(key) ?? 0) + 1;
		times.set(key, time);
		const step = { stage, command, item, time, connection, open: [...open] };
		steps.push(step);
		return await script(step);
	};

	/** As real servers do: pipelined commands fail where those before them have (RFC 2920 §3.2). */
	const outOfSequence = (stage: ItemStage, connection: number): string | undefined => {
		const transaction = transactions.get(connection);
		if (stage === 'rcptTo' && transaction === 'none') return '503 5.5.1 MAIL first';
		if (stage !== 'data' || transaction === 'addressed') return undefined;
		return transaction === 'none' ? '503 5.5.1 MAIL first' : '554 5.5.1 No valid recipients';
	};

	const server = await startScriptedServer({
		tls: 'implicit',
		greeting: async (connection) => {
			open.push(connection);
			mostOpen = Math.max(mostOpen, open.length);
			void server.connections[connection]?.closed.then(() => {
				open.splice(open.indexOf(connection), 1);
			});
			return (await ask('connect', connection)) ?? '220 scripted.test ESMTP';
		},
		script: async (command, { connection, phase }) => {
			// The first line of a sign-in asks nothing yet.
			if (phase === 'command' && command.startsWith('AUTH')) return undefined;
			const sender = /^MAIL FROM:<i(\d+)@/.exec(command)?.[1];
			if (sender !== undefined) items.set(connection, Number(sender));
			if (command === 'RSET' || command === 'QUIT') items.delete(connection);
			const stage = stageOf(command, phase);
			const scripted = await ask(stage, connection, command);
			const answer = scripted ?? outOfSequence(stage, connection);
			if (stage === 'mailFrom') transactions.set(connection, isRefused(answer) ? 'none' : 'open');
			if (stage === 'rcptTo' && !isRefused(answer)) transactions.set(connection, 'addressed');
			if (stage !== 'reply') return answer;
			if (!isRefused(answer)) taken.push(items.get(connection) ?? -1);
			items.delete(connection);
			return answer;
		},
	});
	onTestFinished(() => server.close());
	return Object.defineProperties(server, {
		taken: { value: taken },
		steps: { value: steps },
		mostOpen: { get: () => mostOpen },
		at: { value: (wanted: ItemStage) => steps.filter(({ stage }) => stage === wanted) },
	}) as ItemServer;
}
