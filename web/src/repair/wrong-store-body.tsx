/** Consent came from another store: both side by side, and both ways on. Nothing was changed on either. */
import type { Repair } from '../../../server/src/http/contract/connect.ts';

export function WrongStoreBody({ wrong }: { wrong: NonNullable<Repair['session']['wrong_store']> }) {
  return (
    <div className="dbody" tabIndex={0} role="group" aria-label="Both stores">
      <div className="pane whole">
        <h3 className="cause">You signed in to another store at Amazon.</h3>
        <p className="t2 mt8">
          You wanted to reconnect <b>{wrong.expected_name}</b> and confirmed for a store with another seller ID. Nothing
          was changed on either.
        </p>
        <WrongStoreTable wrong={wrong} />
      </div>
    </div>
  );
}

export function WrongStoreTable({ wrong }: { wrong: NonNullable<Repair['session']['wrong_store']> }) {
  return (
    <table className="mid compare">
      <caption className="vh">The store you wanted and the store you confirmed for</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">Wanted</th>
          <th scope="col">You confirmed for</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Store</th>
          <td className="b">{wrong.expected_name}</td>
          <td className="t3">another store</td>
        </tr>
        <tr>
          <th scope="row">Seller ID</th>
          <td className="mono">{wrong.expected_seller_id}</td>
          <td className="mono">{wrong.got_seller_id}</td>
        </tr>
      </tbody>
    </table>
  );
}
