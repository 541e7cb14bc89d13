/**
 * A server that speaks Odoo 18's JSON-RPC and answers from recorded records. It evaluates domains,
 * orders, limits, contexts, companies and rights on the records; nothing is a canned answer. It
 * ships with the product, because the example company reads from it, and it is the peer that the
 * Odoo connector is tested against. It never writes.
 */
@NullMarked
package ai.ipai.connectors.odoo.replay;

import org.jspecify.annotations.NullMarked;
