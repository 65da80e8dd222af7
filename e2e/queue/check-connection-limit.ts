import { tally } from './copies.js';
import type { Check } from './finding.js';
import { startLimitedServer } from './limited-server.js';
import { countStatus, createSender, itemsNamed, runTogether } from './sender.js';

const SERVER_TAKES = 3;
const ITEMS_EACH = 40;

/** Each worker keeps to three connections; the server takes three in all. */
export const connectionLimit: Check = {
	name: 'connection-limit',
	async run(stage) {
		const open = await startLimitedServer({ delayMs: { reply: 50 } });
		const narrow = await startLimitedServer({
			delayMs: { reply: 50 },
			maxConnections: SERVER_TAKES,
		});
		try {
			const findings = [];
			for (const [server, name] of [
				[open, 'Unlimited'],
				[narrow, 'Limited'],
			] as const) {
				const sender = await createSender(stage, await server.connect(stage, name));
				const lists = ['first', 'second'].map((list) => itemsNamed(`${name} ${list}`, ITEMS_EACH));
				const startedAtMs = Date.now();
				const runs = await runTogether(stage, sender, ...lists);
				const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
				const items = lists.flat();
				const sent = runs.reduce((sum, run) => sum + countStatus(run.items, 'sent'), 0);
				const { once } = tally(server.copies(), items);
				const { peak, refused } = server.connections;
				findings.push({
					statement:
						server === open
							? 'The limit of three connections holds for each process on its own'
							: 'A server that refuses the fourth connection gets every message exactly once',
					isTrue:
						sent === items.length &&
						once === items.length &&
						(server === open ? peak > SERVER_TAKES && peak <= 2 * SERVER_TAKES : refused > 0),
					figures: `${peak} connections at once, ${refused} refused by 432; ${sent} of ${items.length} sent, ${once} arrived once, ${seconds} s`,
				});
			}
			return findings;
		} finally {
			await Promise.all([open.close(), narrow.close()]);
		}
	},
};
