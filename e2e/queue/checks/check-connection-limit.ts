import { tally } from '../copies.js';
import type { Check, Finding } from '../finding.js';
import { startLimitedServer } from '../limited-server.js';
import type { QueueStage } from '../queue-stage.js';
import { countStatus, createSender, itemsNamed, runTogether } from '../sender.js';

const SERVER_TAKES = 3;
const ITEMS_EACH = 40;

/** How two workers meet a server, and what follows. */
interface Meeting {
	name: string;
	statement: string;
	/** How many connections the server takes; default: any number. */
	serverTakes?: number;
	/** The credential's Max Connections; default: 3, of each worker. */
	maxConnections?: number;
	isAsExpected(connections: { peak: number; refused: number }): boolean;
}

const MEETINGS: readonly Meeting[] = [
	{
		name: 'Unlimited',
		statement: 'The limit of three connections holds for each process on its own',
		isAsExpected: ({ peak }) => peak > SERVER_TAKES && peak <= 2 * SERVER_TAKES,
	},
	{
		name: 'Limited',
		statement: 'A server that refuses the fourth connection gets every message exactly once',
		serverTakes: SERVER_TAKES,
		isAsExpected: ({ refused }) => refused > 0,
	},
	{
		name: 'Divided',
		statement: 'With the limit divided by the workers no connection is refused',
		serverTakes: SERVER_TAKES,
		maxConnections: 1,
		isAsExpected: ({ peak, refused }) => peak <= 2 && refused === 0,
	},
];

/** Each worker keeps to the credential's limit; the server's is for all of them. */
export const connectionLimit: Check = {
	name: 'connection-limit',
	async run(stage) {
		const findings: Finding[] = [];
		for (const meeting of MEETINGS) findings.push(await meet(stage, meeting));
		return findings;
	},
};

async function meet(stage: QueueStage, meeting: Meeting): Promise<Finding> {
	const { name, statement, serverTakes, maxConnections } = meeting;
	const server = await startLimitedServer({
		delayMs: { reply: 50 },
		...(serverTakes === undefined ? {} : { maxConnections: serverTakes }),
	});
	try {
		const settings = maxConnections === undefined ? {} : { maxConnections };
		const sender = await createSender(stage, await server.connect(stage, name, settings));
		const lists = ['first', 'second'].map((list) => itemsNamed(`${name} ${list}`, ITEMS_EACH));
		const startedAtMs = Date.now();
		const runs = await runTogether(stage, sender, ...lists);
		const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
		const total = lists.flat().length;
		const sent = runs.reduce((sum, run) => sum + countStatus(run.items, 'sent'), 0);
		const { once } = tally(server.copies(), lists.flat());
		const { peak, refused } = server.connections;
		return {
			statement,
			isTrue: sent === total && once === total && meeting.isAsExpected(server.connections),
			figures: `${peak} connections at once, ${refused} refused by 432; ${sent} of ${total} sent, ${once} arrived once, ${seconds} s`,
		};
	} finally {
		await server.close();
	}
}
