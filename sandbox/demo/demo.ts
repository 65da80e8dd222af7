import { parseArgs } from 'node:util';
import { buildOnce } from './build-once.js';
import type { DemoOptions } from './demo-options.js';

/**
 * Each prints what it shows, and resolves with what is wrong with it; the first is the default. They
 * are loaded late, because n8n's engine takes seconds to load: first the demo says what it does.
 */
const DEMOS = [
	{
		name: 'sending',
		shows: 'real mail, sent through the node to the sandbox',
		load: async () => (await import('./demo-sending.js')).demoSending,
	},
	{
		name: 'failures',
		shows: 'what a user gets for each of the usual failures',
		load: async () => (await import('./demo-failures.js')).demoFailures,
	},
	{
		name: 'alerts',
		shows: 'a storm of failing executions: the mails, what was held, the digest',
		load: async () => (await import('./demo-alerts.js')).demoAlerts,
	},
	{
		name: 'graph',
		shows: 'an application that mails by Microsoft Graph, from its registration to the mail',
		load: async () => (await import('./clouds/demo-graph.js')).demoGraph,
	},
	{
		name: 'gmail',
		shows: 'a person and a service account that mail by the Gmail API',
		load: async () => (await import('./clouds/demo-gmail.js')).demoGmail,
	},
] as const;

const USAGE = `npm run demo -- [demo] [--items] [--inbox]

${DEMOS.map(({ name, shows }) => `  ${name.padEnd(10)} ${shows}`).join('\n')}

  --items    failures: prints the whole item of each, not only a table
  --inbox    sending: then shows the mails in a browser, until you press Ctrl-C
`;

/** What the command line asks for; `unknown`: there is no such demo or flag. */
function readCommandLine(): ({ demo: (typeof DEMOS)[number] } & DemoOptions) | 'help' | 'unknown' {
	try {
		const { positionals, values } = parseArgs({
			allowPositionals: true,
			options: {
				items: { type: 'boolean', default: false },
				inbox: { type: 'boolean', default: false },
				help: { type: 'boolean', short: 'h', default: false },
			},
		});
		if (values.help) return 'help';
		const [name = DEMOS[0].name] = positionals;
		const demo = DEMOS.find((one) => one.name === name);
		if (demo === undefined || positionals.length > 1) return 'unknown';
		return { demo, showsItems: values.items, opensInbox: values.inbox };
	} catch {
		return 'unknown';
	}
}

const wanted = readCommandLine();
if (wanted === 'help') {
	console.log(USAGE);
} else if (wanted === 'unknown') {
	console.error(`There is no such demo or flag. The choices are:\n\n${USAGE}`);
	process.exitCode = 2;
} else {
	console.log(`Demo: ${wanted.demo.shows}.`);
	await buildOnce();
	console.log("Loading n8n's engine …\n");
	const run = await wanted.demo.load();
	const problems = await run(wanted);
	for (const problem of problems) console.error(`Wrong: ${problem}.`);
	if (problems.length > 0) console.error('\nThe demo failed.');
	process.exitCode = problems.length === 0 ? 0 : 1;
}
