import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { forgetProblems } from '../../alerting/problems/forget-problems';
import { joinState } from '../../alerting/problems/join-states';
import { parseState } from '../../alerting/problems/parse-state';
import { alertMemoryOf, type AlertMemory } from '../../registry/alert-memory';
import { processRegistry } from '../../registry/process-registry';
import { readProperty } from '../../untrusted/read-property';
import { isQueueWorker } from '../host/queue-worker';

/** Where the state lies in n8n's workflow static data: the same for all alert nodes and digests of it. */
const STATIC_DATA_KEY = 'smtpOAuthAlerts';

/** Tells apart the processes that write to the same database. */
const WRITER_LENGTH = 8;

/**
 * n8n's store of one workflow; `undefined` where there is none to be used. A worker is given an empty
 * one, also if something was stored (n8n's job-processor, 1.123 to 2.40), and what it writes replaces the data of
 * all nodes of the workflow: there it is left alone.
 */
function staticData(functions: IExecuteFunctions): object | undefined {
	if (isQueueWorker()) return undefined;
	try {
		return functions.getWorkflowStaticData('global');
	} catch {
		return undefined;
	}
}

/** Whether this process has written it, so that there is nothing new in it. */
function isKnown(stored: unknown, { state }: AlertMemory): boolean {
	const revision = readProperty(stored, 'revision');
	const isOwn = readProperty(stored, 'writer') === state.writer;
	return isOwn && typeof revision === 'number' && revision <= state.revision;
}

/**
 * The memory of the workflow's alerts: what this process knows, and what other processes, or this one
 * before a restart, have left in n8n's workflow static data.
 */
export function openAlerts(functions: IExecuteFunctions): AlertMemory {
	const { id, name } = functions.getWorkflow();
	const memory = alertMemoryOf(processRegistry().alertMemories, id ?? name ?? '', () => ({
		writer: randomUUID().slice(0, WRITER_LENGTH),
		sinceMs: Date.now(),
	}));
	const stored = readProperty(staticData(functions), STATIC_DATA_KEY);
	if (isKnown(stored, memory)) return memory;
	const other = parseState(stored);
	if (other !== undefined) {
		joinState(memory.state, other);
		forgetProblems(memory.state, Date.now());
	}
	return memory;
}

/**
 * Has n8n keep the state when the execution ends. n8n gets the object that all executions of this
 * process change, so that it writes what is known by then. n8n keeps nothing of manual executions.
 */
export function keepAlerts(functions: IExecuteFunctions, { state }: AlertMemory): void {
	const data = staticData(functions);
	if (data !== undefined) Reflect.set(data, STATIC_DATA_KEY, state);
}
