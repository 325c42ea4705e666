"""What the bytes of disk images and of saved memory say."""
