import { isObject, readProperty } from '../../untrusted/read-property';
import { safeText } from '../../untrusted/redact';
import { readErrorFacts } from './error-facts';
import type { ErrorFacts, ErrorReport, ReportedExecution, ReportedWorkflow } from './error-report';
import { readText } from './read-text';
import { showable } from './show-item';

/** An input item as n8n gives it. */
interface ErrorItem {
	readonly json: unknown;
	/** What some nodes set beside `json`. */
	readonly error?: unknown;
}

/** Where the items are read: what an item that says nothing of it is taken to mean. */
export interface ReadingPlace {
	readonly workflow: ReportedWorkflow;
	/** The node that the items come from; empty where that is not known. */
	readonly previousNode: string;
	/** The execution that is running. */
	readonly execution: ReportedExecution;
}

const STATUSES: readonly unknown[] = [
	'failed',
	'unknown',
	'partial',
	'sent',
	'held',
	'skipped',
	'ok',
];

/** A status item of this node: what it says of a failure. */
function isStatusItem(value: unknown): value is object {
	return (
		isObject(value) &&
		STATUSES.includes(readProperty(value, 'status')) &&
		(isObject(readProperty(value, 'failure')) || Array.isArray(readProperty(value, 'accepted')))
	);
}

function readWorkflow(value: object, fallback: string): ReportedWorkflow {
	const id = readText(value, 'id');
	return { id, name: readText(value, 'name') || id || fallback };
}

function readExecution(execution: object): ReportedExecution {
	return {
		id: readText(execution, 'id'),
		url: readText(execution, 'url'),
		mode: readText(execution, 'mode'),
		retryOf: readText(execution, 'retryOf'),
	};
}

/** Why an earlier node could not send its alert; empty where it is about none. */
function earlierAlertOf(json: unknown): string {
	const error = readProperty(json, 'error');
	if (!isStatusItem(error) || !isObject(readProperty(error, 'alert'))) return '';
	return readText(readProperty(error, 'failure'), 'message') || readText(json, 'message');
}

/** An item of an Error Trigger; `undefined` for others. */
function readErrorTriggerItem(json: unknown, place: ReadingPlace): ErrorReport | undefined {
	const workflow = readProperty(json, 'workflow');
	const execution = readProperty(json, 'execution');
	const source = isObject(execution) ? execution : readProperty(json, 'trigger');
	if (!isObject(workflow) || !isObject(source)) return undefined;
	const facts = readErrorFacts(readProperty(source, 'error'));
	return {
		...facts,
		shape: source === execution ? 'execution' : 'trigger',
		workflow: readWorkflow(workflow, place.workflow.name),
		node: readText(source, 'lastNodeExecuted') || facts.node,
		execution: readExecution(source),
		earlierAlert: earlierAlertOf(json),
	};
}

/** What is reported of an item that does not say where it comes from. */
function reportHere(
	{ workflow, previousNode: node, execution }: ReadingPlace,
	shape: ErrorReport['shape'],
	facts: ErrorFacts,
): ErrorReport {
	return { ...facts, shape, workflow, node, execution, earlierAlert: '' };
}

/** A status item of this node, which is itself the item or the `error` of one. */
function readStatusItem(
	item: object,
	shape: 'errorOutput' | 'statusItem',
	place: ReadingPlace,
): ErrorReport {
	const failure = readProperty(item, 'failure');
	const facts = readErrorFacts(
		isObject(failure) ? failure : readText(item, 'summary') || readText(item, 'response'),
	);
	const report = reportHere(place, shape, facts);
	const alert = readProperty(item, 'alert');
	if (!isObject(alert)) return { ...report, description: readText(failure, 'remedy') };
	// An alert that was not sent: what it would have said counts, and why it was not sent.
	return {
		...report,
		errorClass: '',
		code: '',
		message: readText(alert, 'title') || facts.message,
		workflow: { id: '', name: readText(alert, 'workflow') || place.workflow.name },
		node: readText(alert, 'node'),
		earlierAlert: facts.message,
	};
}

const MAX_PLAIN_LENGTH = 300;

/** An item of no known form, in one line: `host: db1, cpu: 97`. */
function describePlain(json: unknown): string {
	const shown = showable(json);
	if (!isObject(shown)) return safeText(shown, MAX_PLAIN_LENGTH);
	const entries: [string, unknown][] = Object.entries(shown);
	const parts = entries.slice(0, 8).map(([key, value]) => `${key}: ${safeText(value, 80)}`);
	return parts.join(', ').slice(0, MAX_PLAIN_LENGTH);
}

function readPlainItem(json: unknown, place: ReadingPlace): ErrorReport {
	const message = readText(json, 'message').trim() || describePlain(json);
	return reportHere(place, 'plain', readErrorFacts(message || 'An item without content'));
}

/**
 * Reads what an item says of a failure. Known forms are those of n8n's Error Trigger (an execution or
 * a trigger failed), of error outputs (`error` is a text, an error or an object), and the status items
 * of this node. Of any other item its fields are the message. Never throws.
 */
export function readErrorItem(
	{ json, error: beside }: ErrorItem,
	place: ReadingPlace,
): ErrorReport {
	const ofTrigger = readErrorTriggerItem(json, place);
	if (ofTrigger !== undefined) return ofTrigger;
	if (isStatusItem(json)) return readStatusItem(json, 'statusItem', place);
	const within = readProperty(json, 'error');
	if (isStatusItem(within)) return readStatusItem(within, 'errorOutput', place);
	// What stands beside `json` is the whole error, of which n8n puts the message into `json`.
	const error = isObject(beside) ? beside : within;
	const isError = isObject(error) || (typeof error === 'string' && error.trim() !== '');
	if (!isError) return readPlainItem(json, place);
	const facts = readErrorFacts(error);
	return { ...reportHere(place, 'errorOutput', facts), node: place.previousNode || facts.node };
}
