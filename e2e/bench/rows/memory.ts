import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { rounded } from '../../../bench/figure.js';
import { median } from '../../../bench/measuring.js';
import { WORK_PATH } from '../../stage/stage.js';
import type { BenchStage, Sender } from '../bench-stage.js';
import { START, STEP, type Step, chain, mailStep } from '../bench-workflows.js';
import { against } from '../compare.js';
import { forgetPeaks, memoryOf } from '../process-figures.js';
import type { N8nMeasurement } from '../rows.js';

const FILES = `${WORK_PATH}bench-files`;
const COUNT = 40;
const MEGABYTE = 1_000_000;
const FILE_BYTES = 10 * MEGABYTE;
const SETTLED_AFTER_MS = 5_000;

/** Files of 10 MB, of which n8n makes an item each; they share their bytes on the disk. */
async function writeFiles(): Promise<void> {
	await rm(FILES, { recursive: true, force: true });
	await mkdir(FILES, { recursive: true });
	const first = `${FILES}/report-0.bin`;
	await writeFile(first, randomBytes(FILE_BYTES));
	for (let n = 1; n < COUNT; n += 1) await link(first, `${FILES}/report-${n}.bin`);
}

/** Runs the step for the files in an n8n that was just started: bytes at its peak above idle. */
async function peakOf(stage: BenchStage, step: Step): Promise<number> {
	const workflow = chain(`Files ${Date.now()}`, [
		{ name: START, type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'Files',
			type: 'n8n-nodes-base.readWriteFile',
			typeVersion: 1.1,
			parameters: { operation: 'read', fileSelector: `${FILES}/*.bin`, options: {} },
		},
		{ name: STEP, ...step },
	]);
	await stage.restart();
	const workflowId = await stage.client.createWorkflow(workflow);
	await sleep(SETTLED_AFTER_MS);
	await stage.server.forget();
	await forgetPeaks(stage.folder);
	const idle = (await memoryOf(stage.folder)).now;
	const { status, error, outputs } = await stage.client.runWorkflow(workflowId, START);
	const { peak } = await memoryOf(stage.folder);
	if (status !== 'success' || outputs[STEP]?.[0]?.length !== COUNT) {
		throw new Error(`${workflow.name}: ${status}, ${String(error?.['message'])}`);
	}
	return peak - idle;
}

/** Memory of n8n while items with large attachments from its file store go out. */
export const measureMemory: N8nMeasurement = async (stage, { isQuick }) => {
	await writeFiles();
	const parameters = {
		toEmail: 'bob@example.com',
		text: 'Your report',
		options: { attachments: 'data' },
	};
	const steps = {
		theirs: mailStep('theirs', await stage.addCredential('theirs'), parameters),
		ours: mailStep('ours', await stage.addCredential('ours'), parameters),
		none: {},
	};
	const peaks: Record<Sender | 'none', number[]> = { ours: [], theirs: [], none: [] };
	for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
		for (const name of ['theirs', 'ours', 'none'] as const) {
			peaks[name].push((await peakOf(stage, steps[name])) / MEGABYTE);
		}
	}
	await rm(FILES, { recursive: true, force: true });
	const megabytes = { ours: median(peaks.ours), theirs: median(peaks.theirs) };
	return {
		figures: [
			against(
				`${COUNT} items with 10 MB each from n8n’s file store: peak memory of n8n above idle`,
				megabytes,
				1,
				'MB',
			),
		],
		behind: [
			`The memory with ${COUNT} attachments holds what n8n takes to read the files: ${rounded(median(peaks.none), 0)} MB with a No-Op in place of the mail node.`,
		],
	};
};
