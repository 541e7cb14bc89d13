@NullMarked
package ai.ipai.connectors.odoo.replay;

import org.jspecify.annotations.NullMarked;
