/**
 * Odoo as a source. JSON-RPC is spoken, for Odoo 14 to 21; {@link ai.ipai.connectors.odoo.OdooApi}
 * is where XML-RPC and {@code /json/2} will stand beside it.
 */
@NullMarked
package ai.ipai.connectors.odoo;

import org.jspecify.annotations.NullMarked;
