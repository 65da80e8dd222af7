import { parseArgs } from 'node:util';
import { demoFailures } from './demo-failures.js';
import { demoGraph } from './demo-graph.js';
import { demoSending } from './demo-sending.js';

/** Each prints what it shows, and resolves with what is wrong with it; the first is the default. */
const DEMOS = [
	{ name: 'sending', shows: 'real mail, sent through the node to the sandbox', run: demoSending },
	{
		name: 'failures',
		shows: 'the item that a user gets for each of the usual failures',
		run: demoFailures,
	},
	{
		name: 'graph',
		shows: 'an application that mails by Microsoft Graph, from its registration to the mail',
		run: demoGraph,
	},
] as const;

/** The demo that the command line names, if there is such a one. */
function chooseDemo(): (typeof DEMOS)[number] | undefined {
	try {
		const { positionals } = parseArgs({ allowPositionals: true });
		const [name = DEMOS[0].name] = positionals;
		return positionals.length > 1 ? undefined : DEMOS.find((demo) => demo.name === name);
	} catch {
		// An option: there are none.
		return undefined;
	}
}

const demo = chooseDemo();
if (demo === undefined) {
	const choices = DEMOS.map(({ name, shows }) => `  npm run demo -- ${name.padEnd(10)} ${shows}`);
	console.error(`There is no such demo. The choices are:\n\n${choices.join('\n')}\n`);
	process.exitCode = 2;
} else {
	const problems = await demo.run();
	for (const problem of problems) console.error(`Wrong: ${problem}.`);
	if (problems.length > 0) console.error('\nThe demo failed.');
	process.exitCode = problems.length === 0 ? 0 : 1;
}
