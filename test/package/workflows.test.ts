import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT } from './manifest.js';

interface Step {
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
}

interface Job {
	permissions?: Record<string, string>;
	uses?: string;
	'timeout-minutes'?: number;
	strategy?: { matrix: Record<string, string[]> };
	steps?: Step[];
}

interface Workflow {
	on: Record<string, unknown>;
	permissions?: Record<string, string>;
	jobs: Record<string, Job>;
}

const FOLDER = path.join(PROJECT, '.github/workflows');

const workflows = readdirSync(FOLDER).map((name) => {
	const text = readFileSync(path.join(FOLDER, name), 'utf8');
	return { name, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
	Object.entries(workflow.jobs).map(([job, content]) => ({ ...content, name: `${name}: ${job}` })),
);
const workflow = (file: string) => workflows.find(({ name }) => name === file)?.workflow;

/** A step's actions by name, without versions. */
const actionsOf = (job: Job | undefined) =>
	(job?.steps ?? []).flatMap(({ uses }) => (uses === undefined ? [] : [uses.split('@')[0]]));

describe('the workflows of continuous integration', () => {
	it.each(workflows)('$name pins every action to a commit and names its version', ({ text }) => {
		const used = [...text.matchAll(/uses: (?!\.\/)(.*)/g)].map(([, action]) => action);
		const pinned = /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
		expect(used.filter((action) => !pinned.test(action ?? ''))).toEqual([]);
	});

	it.each(workflows)('$name may read the code, and nothing else, unless a job says so', (file) => {
		expect(file.workflow.permissions).toEqual({ contents: 'read' });
		expect(Object.keys(file.workflow.on)).not.toContain('pull_request_target');
	});

	it.each(jobs)('$name puts no foreign text into a script and leaves no token behind', (job) => {
		for (const { run = '', uses = '', with: settings } of job.steps ?? []) {
			expect(run).not.toContain('${{');
			if (uses.startsWith('actions/checkout@')) {
				expect(settings).toMatchObject({ 'persist-credentials': false });
			}
		}
	});

	it.each(jobs)('$name ends by itself', (job) => {
		expect(job.uses ?? job['timeout-minutes']).toBeDefined();
	});

	it('runs everything on Node.js 20 and 24', () => {
		const job = workflow('ci.yml')?.jobs['all-checks'];
		expect(job?.strategy?.matrix['node']).toEqual(['20', '24']);
		expect(job?.steps?.at(-1)?.run).toBe('bash .ci/run');
	});
});

describe('the workflow of a release', () => {
	const release = workflow('release.yml')?.jobs ?? {};

	it('lets one job alone get a token for npm, in which no code of a dependency runs', () => {
		const writers = jobs.filter(({ permissions }) => permissions?.['id-token'] === 'write');
		expect(writers.map(({ name }) => name)).toEqual(['release.yml: publish']);
		expect(release['publish']?.permissions).toEqual({ 'id-token': 'write' });
		expect(actionsOf(release['publish'])).toEqual([
			'actions/download-artifact',
			'actions/setup-node',
		]);
		const scripts = (release['publish']?.steps ?? []).flatMap(({ run }) => run ?? []);
		expect(scripts).toEqual([expect.stringMatching(/^npm publish .*--provenance/)]);
	});

	it('publishes only after every check, and needs no stored secret', () => {
		expect(release['publish']).toMatchObject({ needs: ['check', 'pack'] });
		expect(release['check']).toEqual({ name: 'Every check', uses: './.github/workflows/ci.yml' });
		expect(workflows.filter(({ text }) => text.includes('secrets.'))).toEqual([]);
	});
});
