/**
 * Measures the node in a full n8n against n8n's own Send Email, in the same run: time, CPU of n8n and
 * when the first mail goes out, on default settings, with n8n's share in it.
 */
import { MailServer } from '../../bench/mail-server/mail-server.js';
import { median } from '../../bench/measuring.js';
import { startSandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient, WorkflowDocument, WorkflowNode } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE, connectAccount } from '../stage/sandbox-account.js';
import { setStage, WORK_PATH } from '../stage/stage.js';
import { SEND_TYPE } from '../stage/test-workflow.js';
import { cpuTimeOf } from './process-time.js';

const NAME = 'against-send-email';
const LINK_MS = 20;
const STEP = 'Step';

type Sender = 'ours' | 'theirs';

/** What one run cost. */
interface Cost {
	readonly timeMs: number;
	readonly cpuMs: number;
	/** From the start of the node until the server sees the first mail. */
	readonly firstMs: number;
}

/** One row of the table: so many items over such a link, in so many rounds. */
interface Row {
	readonly items: number;
	readonly linkMs: number;
	readonly rounds: number;
	readonly onError?: string;
	/** Figures of ours against Send Email's, with the most that each may be. */
	readonly marks: Partial<Record<keyof Cost, number>>;
}

const ROWS: readonly Row[] = [
	{ items: 300, linkMs: 0, rounds: 3, marks: { cpuMs: 0.7, timeMs: 0.25 } },
	{ items: 100, linkMs: LINK_MS, rounds: 3, marks: { timeMs: 0.12 } },
	// The rounds follow each other: our connection is idle from the one before.
	{ items: 1, linkMs: LINK_MS, rounds: 7, marks: { timeMs: 0.5 } },
	{ items: 1, linkMs: 0, rounds: 7, marks: { cpuMs: 1 } },
];

function manyItems(name: string, items: number, step: Partial<WorkflowNode>): WorkflowDocument {
	const node = (id: string, type: string, more: Partial<WorkflowNode>): WorkflowNode => ({
		id,
		name: id,
		type: `n8n-nodes-base.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	const list = `={{ { list: [...Array(${items}).keys()].map((n) => ({ email: 'r' + n + '@example.com' })) } }}`;
	const to = (target: string) => ({ main: [[{ node: target, type: 'main', index: 0 }]] });
	return {
		name,
		nodes: [
			node('Start', 'manualTrigger', {}),
			node('List', 'set', { typeVersion: 3.4, parameters: { mode: 'raw', jsonOutput: list } }),
			node('Items', 'splitOut', { parameters: { fieldToSplitOut: 'list', options: {} } }),
			node(STEP, 'noOp', step),
		],
		connections: { Start: to('List'), List: to('Items'), Items: to(STEP) },
	};
}

class Comparison {
	readonly #credentials = new Map<string, string>();

	constructor(
		private readonly client: N8nClient,
		private readonly server: MailServer,
		private readonly folder: string,
	) {}

	async addCredentials(sandbox: Awaited<ReturnType<typeof startSandbox>>): Promise<void> {
		for (const linkMs of [0, LINK_MS]) {
			const { port, caCertificate } = this.server.target(linkMs);
			const changes = { host: 'localhost', port, caCertificate };
			const name = `Link of ${linkMs} ms`;
			this.#credentials.set(
				`ours ${linkMs}`,
				await connectAccount(this.client, sandbox, name, changes),
			);
			const smtp = { user: 'alice', password: 'secret', host: 'localhost', port, secure: false };
			this.#credentials.set(
				`theirs ${linkMs}`,
				await this.client.createCredential('smtp', `${name} (Send Email)`, smtp),
			);
		}
	}

	/** Runs so many items by a sender, and says what that cost. */
	async measure(sender: Sender, { items, linkMs, onError }: Row): Promise<Cost> {
		const id = this.#credentials.get(`${sender} ${linkMs}`) ?? '';
		const credential = { id, name: '' };
		const mail = {
			fromEmail: 'alice@sandbox.test',
			toEmail: '={{ $json.email }}',
			subject: 'Order',
			emailFormat: 'text',
			text: '=Dear {{ $json.email }}, '.padEnd(2_000, 'your order is on its way. '),
		};
		const step =
			sender === 'ours'
				? { type: SEND_TYPE, parameters: mail, credentials: { [CREDENTIAL_TYPE]: credential } }
				: {
						type: 'n8n-nodes-base.emailSend',
						typeVersion: 2.1,
						parameters: { ...mail, options: { allowUnauthorizedCerts: true } },
						credentials: { smtp: credential },
					};
		const workflow = manyItems(`${sender} ${items} ${linkMs}`, items, {
			...step,
			...(onError === undefined ? {} : { onError }),
		});
		const workflowId = await this.client.createWorkflow(workflow);
		await this.server.forget();
		const cpuBeforeMs = await cpuTimeOf(this.folder);
		const { status, error, runs } = await this.client.runWorkflow(workflowId, 'Start');
		const cpuMs = (await cpuTimeOf(this.folder)) - cpuBeforeMs;
		const { beganAtMs, timeOriginMs } = await this.server.receipts();
		if (status !== 'success' || beganAtMs.length !== items) {
			throw new Error(`${workflow.name}: ${status}, ${String(error?.['message'])}`);
		}
		const { startedAtMs = 0, tookMs = 0 } = runs[STEP] ?? {};
		const firstMs = timeOriginMs + Math.min(...beganAtMs) - startedAtMs;
		return { timeMs: tookMs, cpuMs, firstMs };
	}
}

function medianOf(costs: readonly Cost[], figure: keyof Cost): number {
	return median(costs.map((cost) => cost[figure]));
}

const WORDS = { timeMs: 'time', cpuMs: 'CPU of n8n', firstMs: 'until the first mail' } as const;

function report(row: Row, ours: readonly Cost[], theirs: readonly Cost[]): boolean {
	let isGood = true;
	const where = row.linkMs === 0 ? 'no delay' : `over ${row.linkMs} ms`;
	for (const figure of ['timeMs', 'cpuMs', 'firstMs'] as const) {
		const [own, other] = [medianOf(ours, figure), medianOf(theirs, figure)];
		const ratio = own / other;
		const mark = row.marks[figure];
		const isWithin = mark === undefined || ratio <= mark;
		isGood &&= isWithin;
		const verdict = mark === undefined ? '' : ` at most ${mark} × ${isWithin ? 'ok' : 'MISSED'} |`;
		console.log(
			`| ${row.items} items, ${where}: ${WORDS[figure]} | ${Math.round(other)} ms | ${Math.round(own)} ms | ${ratio.toFixed(2)} × |${verdict}`,
		);
	}
	return isGood;
}

async function main(): Promise<boolean> {
	const stage = await setStage({ name: NAME });
	const sandbox = await startSandbox();
	const server = await MailServer.start([LINK_MS], true);
	let isGood = true;
	try {
		const comparison = new Comparison(stage.client, server, `${WORK_PATH}${NAME}/n8n`);
		await comparison.addCredentials(sandbox);
		for (const row of ROWS) {
			const costs: Record<Sender, Cost[]> = { ours: [], theirs: [] };
			for (let round = 0; round < row.rounds; round += 1) {
				for (const sender of ['theirs', 'ours'] as const) {
					costs[sender].push(await comparison.measure(sender, row));
				}
			}
			isGood = report(row, costs.ours, costs.theirs) && isGood;
		}
		const early: Row = {
			items: 1_000,
			linkMs: 0,
			rounds: 1,
			onError: 'continueRegularOutput',
			marks: {},
		};
		const { firstMs, timeMs, cpuMs } = await comparison.measure('ours', early);
		isGood &&= firstMs <= 1_500;
		console.log(
			`| 1,000 items in the Continue mode | | time ${Math.round(timeMs)} ms, CPU ${Math.round(cpuMs)} ms, first mail after ${Math.round(firstMs)} ms (at most 1,500) |`,
		);
		return isGood;
	} finally {
		server.stop();
		await sandbox.close({ removeData: true });
		await stage.n8n.stop();
	}
}

main().then(
	(isGood) => process.exit(isGood ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
