import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What the demo's command line answers, as `npm run demo -- …` runs it. */
function demo(...args: string[]) {
	const command = ['--import', 'tsx', 'sandbox/demo/demo.ts', ...args];
	return spawnSync(process.execPath, command, { encoding: 'utf8' });
}

describe('the command line of the demo', () => {
	it.each(['--help', '-h'])('shows its usage, and complains of nothing: %s', (flag) => {
		const { status, stdout, stderr } = demo(flag);
		expect(stdout).toMatch(/^npm run demo -- \[demo\]/);
		expect(stderr).toBe('');
		expect(status).toBe(0);
	});

	it.each(['sendign', '--outbox', 'graph gmail'])('refuses %s, with its usage', (...args) => {
		const { status, stdout, stderr } = demo(...args);
		expect(stderr).toMatch(/^There is no such demo or flag\.[^]*npm run demo -- \[demo\]/);
		expect(stdout).toBe('');
		expect(status).toBe(2);
	});
});
