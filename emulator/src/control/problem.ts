import type { WireAnswer } from '../wire.ts';
import type { Complaint } from '../world/load.ts';

/** A refusal of the control API. Thrown by its routes, answered as an RFC 9457 problem. */
export class ControlProblem extends Error {
  override name = 'ControlProblem' as const;
  readonly status: number;
  readonly title: string;
  readonly complaints: readonly Complaint[];

  constructor(status: number, title: string, complaints: readonly Complaint[] | string) {
    const list = typeof complaints === 'string' ? [] : complaints;
    super(typeof complaints === 'string' ? complaints : list.map((one) => `${one.pointer}: ${one.detail}`).join('; '));
    this.status = status;
    this.title = title;
    this.complaints = list;
  }

  answer(): WireAnswer {
    const { status, title, message: detail, complaints } = this;
    const errors = complaints.length > 0 ? { errors: complaints } : {};
    return {
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({ type: 'about:blank', title, status, detail, ...errors }),
    };
  }
}

export const badBody = (complaints: readonly Complaint[] | string): ControlProblem =>
  new ControlProblem(400, 'Bad request', complaints);

export const notFound = (detail: string): ControlProblem => new ControlProblem(404, 'Not found', detail);

export const unknownAction = (detail: string): ControlProblem => new ControlProblem(422, 'Unknown action', detail);
