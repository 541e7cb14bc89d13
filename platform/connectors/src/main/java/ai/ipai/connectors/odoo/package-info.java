/**
 * Odoo 14 to 20 as a source, and as a target of write-back jobs: by JSON-RPC, XML-RPC or {@code
 * /json/2}, whichever the server's version or the settings want.
 */
@NullMarked
package ai.ipai.connectors.odoo;

import org.jspecify.annotations.NullMarked;
