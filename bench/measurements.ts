import type { Measurement } from './figure.js';
import { measureAlerts } from './rows/alerts.js';
import { measureAttachments } from './rows/attachments.js';
import { measureCpu } from './rows/cpu.js';
import { measureHeap } from './rows/heap.js';
import { measureIdle } from './rows/idle.js';
import { measureFarLink, measureLink } from './rows/link.js';
import { measureRate } from './rows/rate.js';
import { measureScale } from './rows/scale.js';

/** The bench's parts, by the names under which they can be run alone. */
export const MEASUREMENTS: readonly { readonly name: string; readonly measure: Measurement }[] = [
	{ name: 'link', measure: measureLink },
	{ name: 'far-link', measure: measureFarLink },
	{ name: 'idle', measure: measureIdle },
	{ name: 'cpu', measure: measureCpu },
	{ name: 'scale', measure: measureScale },
	{ name: 'heap', measure: measureHeap },
	{ name: 'attachments', measure: measureAttachments },
	{ name: 'rate', measure: measureRate },
	{ name: 'alerts', measure: measureAlerts },
];
