/** The way out of a failed check, in the tone of whoever has to act. */
import type { DiagnosisBody } from '../../../server/src/http/contract/store.ts';
import { sellerActs } from '../words/seller-acts.ts';
import { Notice } from '../parts/notice.tsx';

export function DiagnosisNotice({ diagnosis }: { diagnosis: DiagnosisBody }) {
  const seller = sellerActs(diagnosis);
  return (
    <div className="mt16">
      <Notice tone={seller ? 'act' : 'calm'} icon={seller ? 'plug' : 'cloud'} role="status">
        <b>{diagnosis.text.next}</b>
        <br />
        Your Amazon account and your listings are not affected.
      </Notice>
    </div>
  );
}
