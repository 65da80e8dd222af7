import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import type { SaslMechanism } from './sasl.js';

/** The parameters of a MAIL FROM or RCPT TO command, xtext decoded; `true` where there is no value. */
export type EnvelopeArguments = Readonly<Record<string, string | true>>;

/** A message the sandbox's mail server has accepted. */
export interface ReceivedMessage {
	/** What the 250 reply named, e.g. `SBX000001`. */
	readonly queueId: string;
	/** The addresses exactly as they stood in MAIL FROM and RCPT TO. */
	readonly envelope: { readonly from: string; readonly to: readonly string[] };
	/** SIZE, BODY, SMTPUTF8, RET, ENVID. */
	readonly mailFromArgs: EnvelopeArguments;
	/** NOTIFY and ORCPT, one entry for each address of `envelope.to`. */
	readonly rcptArgs: readonly EnvelopeArguments[];
	/** The mailbox that had signed in. */
	readonly user: string;
	readonly mechanism: SaslMechanism;
	/** Number of the connection in `mail.sessions`. */
	readonly connection: number;
	readonly port: 'implicit' | 'starttls';
	readonly tls: { readonly version: string };
	/** Where the message lies, byte for byte as it came (dot-stuffing undone). */
	readonly emlPath: string;
	readonly raw: Buffer;
	readonly parsed: Email;
	/** Unix time. */
	readonly receivedAtMs: number;
}

interface Waiter {
	readonly count: number;
	readonly fulfil: () => void;
	readonly abandon: (error: Error) => void;
}

/** Keeps the messages of one sandbox: in memory, and as .eml in its folder. */
export class ReceivedMessages {
	readonly #messages: ReceivedMessage[] = [];
	readonly #listeners = new Set<(message: ReceivedMessage) => void>();
	readonly #waiters = new Set<Waiter>();
	#lastNumber = 0;

	private constructor(
		readonly dataDir: string,
		readonly isKept: boolean,
	) {}

	/**
	 * An empty store, or with `isKept` one that begins with what an earlier one, kept as well, left in
	 * the folder: beside each .eml lies a .json with what the message itself does not say.
	 */
	static async open(dataDir: string, { isKept = false } = {}): Promise<ReceivedMessages> {
		const store = new ReceivedMessages(dataDir, isKept);
		if (isKept) store.#messages.push(...(await readKept(dataDir)));
		store.#lastNumber = Number(store.#messages.at(-1)?.queueId.slice(3) ?? 0);
		return store;
	}

	get all(): readonly ReceivedMessage[] {
		return this.#messages;
	}

	/** Writes and parses a message, then tells all who wait for it. */
	async add(
		arrival: Omit<ReceivedMessage, 'queueId' | 'emlPath' | 'parsed' | 'receivedAtMs'>,
	): Promise<ReceivedMessage> {
		this.#lastNumber += 1;
		const receivedAtMs = Date.now();
		const number = String(this.#lastNumber).padStart(6, '0');
		// The time keeps apart what several runs leave in the same folder.
		const time = new Date(receivedAtMs).toISOString().replaceAll(/[-:]/g, '');
		const emlPath = join(this.dataDir, `${time}-${number}.eml`);
		await mkdir(this.dataDir, { recursive: true });
		await writeFile(emlPath, arrival.raw);
		const parsed = await PostalMime.parse(arrival.raw);
		const facts = { ...arrival, queueId: `SBX${number}`, emlPath, receivedAtMs };
		if (this.isKept) await writeFacts(facts);
		const message = { ...facts, parsed };

		this.#messages.push(message);
		for (const listener of this.#listeners) listener(message);
		for (const waiter of this.#waiters) {
			if (this.#messages.length >= waiter.count) waiter.fulfil();
		}
		return message;
	}

	/** Calls `listener` for each message from now on; returns how to stop it. */
	onMessage(listener: (message: ReceivedMessage) => void): () => void {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	/**
	 * All messages as soon as there are at least `count` since the start.
	 * Fails after `timeoutMs` (default a minute) with the number that did arrive.
	 */
	async waitFor(count: number, timeoutMs = 60_000): Promise<readonly ReceivedMessage[]> {
		if (this.#messages.length >= count) return this.#messages;
		return new Promise((resolve, reject) => {
			const finish = (action: () => void) => {
				clearTimeout(timer);
				this.#waiters.delete(waiter);
				action();
			};
			const waiter: Waiter = {
				count,
				fulfil: () => finish(() => resolve(this.#messages)),
				abandon: (error) => finish(() => reject(error)),
			};
			const timer = setTimeout(() => {
				const arrived = this.#messages.length;
				waiter.abandon(
					new Error(`Only ${arrived} of ${count} messages arrived within ${timeoutMs} ms`),
				);
			}, timeoutMs);
			this.#waiters.add(waiter);
		});
	}

	/** Ends every wait with an error. */
	close(): void {
		for (const waiter of this.#waiters) {
			waiter.abandon(new Error('The sandbox was closed before the messages arrived'));
		}
		this.#listeners.clear();
	}
}

async function writeFacts({ raw: _, emlPath, ...facts }: Omit<ReceivedMessage, 'parsed'>) {
	await writeFile(factsPathOf(emlPath), JSON.stringify(facts));
}

/** The messages of a folder, oldest first; a message without its .json is left out. */
async function readKept(dataDir: string): Promise<ReceivedMessage[]> {
	const names = await readdir(dataDir).catch(() => []);
	const messages: ReceivedMessage[] = [];
	for (const name of names.filter((file) => file.endsWith('.eml')).sort()) {
		const emlPath = join(dataDir, name);
		const facts = await readFile(factsPathOf(emlPath), 'utf8').catch(() => undefined);
		if (facts === undefined) continue;
		const raw = await readFile(emlPath);
		const parsed = await PostalMime.parse(raw);
		messages.push({ ...(JSON.parse(facts) as ReceivedMessage), emlPath, raw, parsed });
	}
	return messages;
}

function factsPathOf(emlPath: string): string {
	return emlPath.replace(/\.eml$/, '.json');
}
