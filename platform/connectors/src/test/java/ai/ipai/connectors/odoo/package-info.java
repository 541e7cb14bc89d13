@NullMarked
package ai.ipai.connectors.odoo;

import org.jspecify.annotations.NullMarked;
