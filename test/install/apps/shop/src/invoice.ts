import type { PaymentAdapter } from '@payloadcms/plugin-ecommerce/types'

/** Goods first, money later: it needs no service, as a card does. */
export const invoice: PaymentAdapter = {
  name: 'invoice',
  label: 'Invoice',
  group: { name: 'invoice', type: 'group', fields: [{ name: 'number', type: 'text' }] },
  async initiatePayment({ data: { cart, currency, customerEmail }, req, transactionsSlug }) {
    const transaction = await req.payload.create({
      collection: transactionsSlug as 'transactions',
      data: {
        ...(req.user ? { customer: Number(req.user.id) } : { customerEmail }),
        amount: cart.subtotal,
        cart: Number(cart.id),
        currency: currency as 'USD',
        items: cart.items.map(({ product, quantity }) => ({
          product: Number(typeof product === 'object' ? product.id : product),
          quantity,
        })),
        paymentMethod: 'invoice',
        status: 'pending',
      },
      req,
    })
    return { message: 'The invoice is prepared', transactionID: transaction.id }
  },
  async confirmOrder({ data, finalizeOrder, req, transactionsSlug }) {
    const transaction = await req.payload.findByID({
      collection: transactionsSlug as 'transactions',
      id: data.transactionID,
      depth: 0,
      req,
    })
    const { amount, currency, customer, customerEmail, items } = transaction
    const order = await finalizeOrder({
      transactionID: transaction.id,
      orderData: { amount, currency, customer, customerEmail, items, status: 'processing' },
    })
    return {
      message: 'The invoice is on its way',
      orderID: Number(order.id),
      transactionID: transaction.id,
    }
  },
}
