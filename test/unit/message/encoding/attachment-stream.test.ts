import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
	attachmentOf,
	prepare,
	problemOf,
	valueOf,
} from '../../../support/message/prepared-message.js';

describe('an attachment’s stream', () => {
	it('is not opened before the message is read, and afresh at every opening', async () => {
		let opened = 0;
		const attachment = attachmentOf('x');
		const open = () => {
			opened++;
			return attachment.open();
		};
		const prepared = valueOf(await prepare({ attachments: [{ ...attachment, open }] }));
		const first = prepared.open();
		await setImmediate();
		expect(opened).toBe(0);
		const one = Buffer.concat(await first.toArray());
		const other = Buffer.concat(await prepared.open().toArray());
		expect(opened).toBe(2);
		expect(other).toEqual(one);
		expect(one.length).toBe(prepared.sizeBytes);
	});

	it('is opened only when its turn comes', async () => {
		const opened: string[] = [];
		const slow = new PassThrough();
		const prepared = valueOf(
			await prepare({
				attachments: [
					attachmentOf('', {
						sizeBytes: 1,
						open: () => (opened.push('one'), Promise.resolve(slow)),
					}),
					attachmentOf('', {
						open: () => (opened.push('two'), Promise.resolve(Readable.from([]))),
					}),
				],
			}),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		expect(opened).toEqual(['one']);
		slow.end('x');
		await once(stream, 'end');
		expect(opened).toEqual(['one', 'two']);
	});

	it.each([
		['fails to open', () => Promise.reject(new Error('disk gone'))],
		[
			'throws at opening',
			() => {
				throw new Error('disk gone');
			},
		],
		[
			'breaks',
			() =>
				Promise.resolve(
					Readable.from(
						(function* () {
							yield Buffer.from('x');
							throw new Error('disk gone');
						})(),
					),
				),
		],
	])('that %s ends the message with its error', async (_, open) => {
		const prepared = valueOf(await prepare({ attachments: [{ ...attachmentOf('xyz'), open }] }));
		await expect(prepared.open().toArray()).rejects.toThrow('disk gone');
	});

	it.each(['shorter', 'much longer than announced'])(
		'that is %s ends the message with an error',
		async (content) => {
			const prepared = valueOf(
				await prepare({ attachments: [attachmentOf(content, { sizeBytes: 8 })] }),
			);
			await expect(prepared.open().toArray()).rejects.toThrow('instead of the announced 8');
		},
	);

	it('is destroyed with the message, even while nothing comes', async () => {
		const silent = new PassThrough();
		const prepared = valueOf(
			await prepare({
				attachments: [attachmentOf('xyz', { open: () => Promise.resolve(silent) })],
			}),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		stream.destroy();
		await once(stream, 'close');
		expect(silent.destroyed).toBe(true);
	});

	it('is destroyed when it opens after the message’s end', async () => {
		const late = new PassThrough();
		let release: (source: Readable) => void = () => undefined;
		const gate = new Promise<Readable>((resolve) => {
			release = resolve;
		});
		const prepared = valueOf(
			await prepare({ attachments: [attachmentOf('xyz', { open: () => gate })] }),
		);
		const stream = prepared.open().resume();
		await setImmediate();
		stream.destroy();
		release(late);
		await setImmediate();
		expect(late.destroyed).toBe(true);
	});

	it('is read no faster than the message is', async () => {
		let produced = 0;
		const plentiful = new Readable({
			read() {
				produced += 16_384;
				this.push(produced > 10_000_000 ? null : Buffer.alloc(16_384));
			},
		});
		const prepared = valueOf(
			await prepare({
				attachments: [
					attachmentOf('', { sizeBytes: 9_994_240, open: () => Promise.resolve(plentiful) }),
				],
			}),
		);
		const stream = prepared.open();
		for (let reads = 0; reads < 5; reads++) {
			stream.read();
			await setImmediate();
		}
		for (let permits = 0; permits < 50; permits++) await setImmediate();
		expect(produced).toBeLessThan(1_000_000);
		stream.destroy();
	});
});

it('refuses a message before any attachment is opened', async () => {
	const attachment = attachmentOf('x', {
		open: () => {
			throw new Error('opened');
		},
	});
	expect(problemOf(await prepare({ toEmail: 'x', attachments: [attachment] })).parameter).toBe(
		'To Email',
	);
});
