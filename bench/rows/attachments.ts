import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { INodeExecutionData } from 'n8n-workflow';
import { BenchWorkflow } from '../sending/bench-workflow.js';
import { rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { retainedBytes } from '../measuring.js';
import { MAIL_PARAMETERS, recipients } from '../sending/messages.js';

const require = createRequire(import.meta.url);
const { BinaryDataService } = require('n8n-core') as typeof import('n8n-core');
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: new (...args: never[]) => T): T };
};

const MEGABYTE = 1_000_000;
const ATTACHMENT_BYTES = 10 * MEGABYTE;

/** Puts a file of its own into n8n's store (mode "filesystem") for each item, without reading it. */
async function storedItems(count: number): Promise<INodeExecutionData[]> {
	const folder = mkdtempSync(join(tmpdir(), 'smtp-oauth-bench-'));
	try {
		const path = join(folder, 'report.pdf');
		for (let written = 0; written < ATTACHMENT_BYTES; written += MEGABYTE) {
			writeFileSync(path, randomBytes(MEGABYTE), { flag: 'a' });
		}
		const service = Container.get(BinaryDataService);
		await service.init();
		const location = {
			type: 'execution' as const,
			workflowId: 'sandbox-workflow',
			executionId: '1',
		};
		const items: INodeExecutionData[] = [];
		for (const json of recipients(count)) {
			const file = { data: '', mimeType: 'application/pdf', fileName: 'report.pdf' };
			const report = await service.copyBinaryFile(location, file, path);
			if (report.id === undefined) throw new Error('n8n keeps its files in memory here');
			items.push({ json, binary: { report } });
		}
		return items;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The kernel's own record of the most memory this process has had; watched where there is none. */
function watchPeak(idle: number): () => number {
	let peak = idle;
	const timer = setInterval(() => {
		peak = Math.max(peak, process.memoryUsage.rss());
	}, 2);
	let hasKernelPeak = true;
	try {
		// proc(5): forgets the peak so far.
		writeFileSync('/proc/self/clear_refs', '5');
	} catch {
		hasKernelPeak = false;
	}
	return () => {
		clearInterval(timer);
		if (hasKernelPeak) {
			const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
			if (kilobytes !== undefined) peak = Math.max(peak, Number(kilobytes) * 1_024);
		}
		return peak - idle;
	};
}

/** Memory of the whole process while 40 items with 10 MB each go out over 3 connections. */
export const measureAttachments: Measurement = async ({ isQuick }) => {
	const count = isQuick ? 9 : 40;
	const server = await MailServer.start();
	await new BenchWorkflow(server.target()).run(recipients(1));
	await retainedBytes();
	await setTimeout(1_000);
	const idle = process.memoryUsage.rss();
	const items = await storedItems(count);
	const workflow = new BenchWorkflow(server.target(), {
		parameters: {
			...MAIL_PARAMETERS,
			options: { appendAttribution: false, attachments: 'report' },
		},
	});
	await server.forget();
	await retainedBytes();
	const peakSoFar = watchPeak(idle);
	const beganAtMs = performance.now();
	await workflow.run(items);
	const wallMs = performance.now() - beganAtMs;
	const above = peakSoFar();
	const { endedAtMs, octets } = await server.receipts();
	server.stop();
	// Base64 makes four octets of three.
	if (endedAtMs.length !== count || octets < (count * ATTACHMENT_BYTES * 4) / 3) {
		throw new Error(`${String(endedAtMs.length)} messages came, ${String(octets)} octets in all`);
	}
	return {
		figures: [
			{
				what: `${String(count)} items with 10 MB each from n8n’s file store: peak memory above idle`,
				measured: `${rounded(above / MEGABYTE, 0)} MB`,
				mustReach: 'at most 150 MB',
				isReached: above <= 150 * MEGABYTE,
			},
		],
		behind: [
			`Memory of the process (resident): idle with n8n’s engine loaded ${rounded(idle / MEGABYTE, 0)} MB, at most ${rounded((idle + above) / MEGABYTE, 0)} MB while ${String(count)} attachments of 10 MB went out in ${rounded(wallMs / 1_000, 1)} s.`,
		],
	};
};
