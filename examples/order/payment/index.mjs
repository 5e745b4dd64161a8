class PaymentPending extends Error {
  name = "PaymentPending";
}

export const handler = async (event) => {
  if (event.try < event.paysAtTry) throw new PaymentPending(`order ${event.order} is not paid for yet`);
  return event;
};
