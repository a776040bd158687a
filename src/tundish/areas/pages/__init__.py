"""Landing pages and forms: made from blocks, published under their own address, counted."""
